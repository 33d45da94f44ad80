/** Types for the part of `hbs` that the pages use; the package brings none. */
declare module 'hbs' {
  interface Instance {
    /** Renders a file, as Express asks its engines to. */
    readonly __express: (
      path: string,
      model: object,
      done: (error: Error | null, html?: string) => void,
    ) => void;
    /** Reads a folder of partials; pages that are rendered meanwhile wait for it. */
    registerPartials(folder: string): void;
  }
  const hbs: { create(): Instance };
  export default hbs;
}
