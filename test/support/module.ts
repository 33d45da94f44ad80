import { Module, type ModuleMetadata, type Type } from '@nestjs/common';

/** A module class of its own for every test. */
export function module(metadata: ModuleMetadata): Type {
  class TestModule {}
  Module(metadata)(TestModule);
  return TestModule;
}
