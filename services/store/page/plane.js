// Where places lie on a plane, and which of their names there is room for. Pure.

const AREAS = ["oblast", "raion", "region", "country"];
const KILOMETRES = 111.195; // of one degree of latitude
const MOST_NAMED = 200;

/** Places by the day since when they stand so, the latest first; those without one last. */
export function bySince(items) {
  return [...items].sort((a, b) => (b.since ?? "").localeCompare(a.since ?? "") || a.name.localeCompare(b.name));
}

/** Where places lie on a plane `wide` units across, north up: {height, unit (of one kilometre), dots}, or null where
 *  there are none with coordinates. Areas have no dot. */
export function plane(items, wide) {
  const placed = items.filter((one) => one.latitude !== null && one.longitude !== null && !AREAS.includes(one.kind));
  if (!placed.length) return null;
  const [lows, highs] = [Math.min, Math.max].map((most) =>
    [most(...placed.map((one) => one.longitude)), most(...placed.map((one) => one.latitude))]);
  const middle = [(lows[0] + highs[0]) / 2, (lows[1] + highs[1]) / 2];
  const narrowing = Math.cos(middle[1] * Math.PI / 180);
  // Degrees of latitude that the plane is wide: all places and a margin, and never less than a town with its district.
  const span = Math.max((highs[0] - lows[0]) * narrowing, (highs[1] - lows[1]) * 1.6, 0.5) * 1.3;
  const scale = wide / span;
  const height = Math.max((highs[1] - lows[1]) * scale + 0.15 * wide, 0.3 * wide);
  return {height, unit: scale / KILOMETRES, dots: placed.map((place) => ({place,
    x: wide / 2 + (place.longitude - middle[0]) * narrowing * scale,
    y: height / 2 - (place.latitude - middle[1]) * scale}))};
}

/** Where the name of each dot stands: {x, y, anchor} beside it, or null where another dot or name is in the way.
 *  `letter` is the width of one, `high` the height of a line. The names that come first have the choice. */
export function labels(dots, wide, {letter = 8, high = 16, gap = 10, radius = 6} = {}) {
  const taken = dots.map(({x, y}) => [x - radius, y - radius, x + radius, y + radius]);
  const free = (box, own) => box[0] >= 0 && box[2] <= wide && taken.every((other, i) => i === own
    || box[2] <= other[0] || other[2] <= box[0] || box[3] <= other[1] || other[3] <= box[1]);
  return dots.map(({place, x, y}, own) => {
    if (own >= MOST_NAMED) return null;
    const long = letter * Array.from(place.name).length;
    for (const [anchor, at, left] of [["start", x + gap, x + gap], ["end", x - gap, x - gap - long]]) {
      const box = [left, y - high / 2, left + long, y + high / 2];
      if (!free(box, own)) continue;
      taken.push(box);
      return {x: at, y: y + high / 3, anchor};
    }
    return null;
  });
}

/** The length of a scale in kilometres: the longest round one that takes no more than a fifth of the width. */
export function scaleOf(unit, wide) {
  return [500, 200, 100, 50, 20, 10, 5].find((length) => length * unit <= wide / 5) ?? 2;
}
