/** This package as applications import it. */
export type Library = typeof import('nestjs-verification');

/** Loads the build at a file URL; without one, the build of this checkout. */
export async function loadLibrary(url?: string): Promise<Library> {
  return (await import(url ?? 'nestjs-verification')) as Library;
}
