/** The goods of the shop, with prices in kroner. */
export const GOODS: readonly { readonly name: string; readonly price: number }[] = [
  { name: 'Red wine', price: 89 },
  { name: 'Cider', price: 32 },
  { name: 'Aquavit', price: 169 },
];
