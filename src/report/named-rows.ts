/** The size of a picture with a row for each name, in pixels: the longest name fits to the left of the rows. */
export const namedRows = (names: readonly string[]) => ({
  height: 60 + 15 * names.length,
  marginLeft: 20 + 6.2 * Math.max(...names.map((name) => name.length)),
  marginTop: 20,
  marginRight: 16,
  marginBottom: 36,
});
