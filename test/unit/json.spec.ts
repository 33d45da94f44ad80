import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseObject } from '../../lib/src/wire/json.js';

describe('repeated members', () => {
  it.each([
    '{"a":1,"a":1}',
    '{"a":false,"a":true}',
    '{"a":1,"\\u0061":2}',
    '{"a":{"b":1,"b":2}}',
    '{"a":[{"b":1},{"b":1,"b":2}]}',
    '{"__proto__":1,"__proto__":2}',
  ])('are found in %s', text => {
    expect(parseObject(text)).toBeUndefined();
  });

  it('are never found where there are none, however the text is written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(4), (value, indent) => {
        const text = JSON.stringify({ value }, null, indent);
        expect(parseObject(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('are not made up by colons, quotes and backslashes in strings', () => {
    const text = JSON.stringify({ 'a:"\\': ':":\\":', b: ['\\', '\\\\"', '::'] });
    expect(parseObject(text)).toEqual(JSON.parse(text));
  });
});

describe('a JSON object', () => {
  it.each(['null', '[]', '7', '"x"', 'true', '', '{', '{"a":1} x', "{'a':1}", 'undefined'])(
    'is not %j',
    text => {
      expect(parseObject(text)).toBeUndefined();
    },
  );

  it('may begin with one byte order mark, and no more', () => {
    expect(parseObject('\ufeff{"a":1}')).toEqual({ a: 1 });
    expect(parseObject('\ufeff\ufeff{"a":1}')).toBeUndefined();
  });
});
