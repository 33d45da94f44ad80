/** This package as applications import it, with the parts that providers are made of. */
export type Library = typeof import('nestjs-verification') & typeof import('nestjs-verification/provider');

/** Loads the build at a file URL; without one, the build of this checkout. */
export async function loadLibrary(url?: string): Promise<Library> {
  const entry = (await import(url ?? 'nestjs-verification')) as Library;
  if (url === undefined) return { ...entry, ...(await import('nestjs-verification/provider')) };
  // Builds of before 0.1.0 kept these parts in the main entry.
  const parts = await import(url.replace(/index\.js$/, 'provider.js')).catch(() => ({}));
  return { ...entry, ...(parts as object) };
}
