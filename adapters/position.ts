/** A place on earth in words: numbers, and a map that needs no account. */
export function positionIn(latitude: number, longitude: number): string {
  const [north, east] = [latitude, longitude].map((degrees) => degrees.toFixed(5));
  return `${north}, ${east}\nhttps://www.openstreetmap.org/?mlat=${north}&mlon=${east}#map=17/${north}/${east}`;
}
