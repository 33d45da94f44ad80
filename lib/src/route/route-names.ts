import { Inject, Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { lineage } from './exemption.js';
import { controllerKeysOf, NEST } from './nest-keys.js';

/** The name that Nest's `mixin()` gives to a class. It is another one with every start. */
const RANDOM = /^[\da-f]{21}$/;

/** Names each handler once in the application, and the same on every instance. */
@Injectable()
export class RouteNames {
  private readonly classes = new Map<Type, string>();
  private readonly taken = new Map<string, number>();

  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  of(target: Type, method: string | symbol): string {
    if (!this.classes.has(target)) this.nameAll();
    // A class that no module lists, such as the prototype of a mixin, has its own name only.
    return JSON.stringify([this.classes.get(target) ?? this.named(target, []), String(method)]);
  }

  /** Names all classes, in the order of the modules, which the application's code decides and not the requests. */
  private nameAll(): void {
    for (const each of this.modules.values()) {
      const where = [
        stableName(each.metatype),
        Reflect.getMetadata(NEST.modulePath + this.modules.applicationId, each.metatype),
      ];
      for (const { metatype } of [...each.controllers.values(), ...each.providers.values()]) {
        if (typeof metatype !== 'function' || typeof metatype.prototype !== 'object') continue;
        if (!this.classes.has(metatype as Type)) this.named(metatype as Type, where);
      }
    }
  }

  private named(target: Type, where: readonly unknown[]): string {
    const name = JSON.stringify([stableName(target), ...controllerKeysOf(target), ...where]);
    const count = this.taken.get(name) ?? 0;
    this.taken.set(name, count + 1);
    const own = count === 0 ? name : `${name}#${String(count)}`;
    this.classes.set(target, own);
    return own;
  }
}

/** The name in the code: that of the class, or of the nearest one above it that has one. */
function stableName(target: Type): string {
  const named = lineage(target).findLast(({ name }) => name !== '' && !RANDOM.test(name));
  return named?.name ?? '';
}
