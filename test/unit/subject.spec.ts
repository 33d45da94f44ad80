import { expect, it } from '@jest/globals';
import { subjectOf } from '../../lib/src/contract/subject.js';

it.each([
  'ada',
  '0',
  '42',
  'user:42',
  'user:0',
  'falsework',
  'user:falseworth',
  'ada@example.com',
  'undefinedly',
  'V1StGXR8_Z5jdHi6B-', // random ids may end in what separates
  'x7Tq_',
  'dGVzdA==',
  'Ægir',
  'a'.repeat(2000),
])('%s is somebody', text => {
  expect(subjectOf(text)).toBe(text);
});

it.each([
  undefined,
  null,
  false,
  true,
  0,
  42,
  NaN,
  {},
  [],
  ['ada'],
  () => 'ada',
  Promise.resolve('ada'),
  new String('ada'),
  '',
  ' \t\n',
  'undefined',
  'null',
  'NaN',
  'false',
  'user:',
  'user: ',
  'user-',
  'user_',
  'user/',
  'shop/user/',
  'tenant-7:user:',
  'user|',
  'user#',
  'user:undefined',
  'user_null',
  'user-NaN',
  'user:false',
  'undefined:shop',
  '[object Object]',
  'session-[object Promise]',
])('%p is nobody', value => {
  expect(subjectOf(value)).toBeUndefined();
});
