import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { ROOT } from './cruise.js';

it.each(['RequireVerification', 'RequireAnyVerification'])(
  'editors show the whole example of @%s, and take no decorator in it for a tag',
  name => {
    const file = join(ROOT, 'lib/src/decorators/require-verification.decorator.ts');
    const text = ts.sys.readFile(file) ?? '';
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
    const declared = source.statements.find(
      each => ts.isFunctionDeclaration(each) && each.name?.text === name,
    )!;
    const tags = ts.getJSDocTags(declared);
    expect(tags.map(tag => tag.tagName.text)).toEqual(['example']);
    expect(ts.getTextOfJSDocComment(tags[0]!.comment)).toContain(`@${name}(`);
  },
);
