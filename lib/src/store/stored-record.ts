/** The entries under a key, and the mark that the latest `clear` left. */
export interface StoredRecord {
  readonly mark: string | undefined;
  readonly entries: ReadonlyMap<string, string>;
}
