// The points of the last minutes.

export const SPAN_SECONDS = 120;

/** Where points are farther apart than that, something is missing between them. */
const GAP_SECONDS = 3;

export class History {
  points = [];

  add(point) {
    this.points.push(point);
    const oldest = point.time - SPAN_SECONDS;
    // One beyond the edge is kept, so that lines reach it.
    while (this.points.length > 1 && this.points[1].time < oldest) this.points.shift();
  }

  get latest() {
    return this.points.at(-1);
  }

  /** The point that is nearest to a time, if there is any. */
  at(time) {
    return this.points.reduce((best, point) =>
      best && Math.abs(best.time - time) <= Math.abs(point.time - time) ? best : point, undefined);
  }

  /** The point `steps` after another, or as far as it goes. */
  step(point, steps) {
    const index = this.points.indexOf(point) + steps;
    return this.points[Math.min(Math.max(index, 0), this.points.length - 1)];
  }

  /** Runs of points in which `isKnown` and nothing is missing. */
  runs(isKnown) {
    const runs = [];
    let last;
    for (const point of this.points) {
      if (!isKnown(point)) continue;
      const isNext = last && point.time - last.time <= GAP_SECONDS;
      if (isNext) runs.at(-1).push(point);
      else runs.push([point]);
      last = point;
    }
    return runs;
  }
}
