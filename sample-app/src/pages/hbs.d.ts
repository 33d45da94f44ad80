/** Types for the part of `hbs` that the pages use. The package has no types. */
declare module 'hbs' {
  interface Instance {
    /** The engine for Express: renders a file. */
    readonly __express: (
      path: string,
      model: object,
      done: (error: Error | null, html?: string) => void,
    ) => void;
    /** Reads a folder of partials. Pages wait until it is read. */
    registerPartials(folder: string): void;
  }
  const hbs: { create(): Instance };
  export default hbs;
}
