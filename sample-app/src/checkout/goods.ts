/** What the shop sells, and for how many kroner. */
export const GOODS: readonly { readonly name: string; readonly price: number }[] = [
  { name: 'Red wine', price: 89 },
  { name: 'Cider', price: 32 },
  { name: 'Aquavit', price: 169 },
];
