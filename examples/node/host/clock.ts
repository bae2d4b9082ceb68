// The time, and time zones by the engine's own database.
import type { Clock } from '../src/ports.js';

/** The system's clock. */
export class SystemClock implements Clock {
  now(): Date {
    return new Date();
  }

  offset(zone: string, at: Date): number | undefined {
    return zoneOffset(zone, at);
  }
}

/** A clock that stands still until it is moved. */
export class ManualClock extends SystemClock {
  constructor(public time: Date) {
    super();
  }

  override now(): Date {
    return this.time;
  }
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** How many seconds the clocks of a zone are ahead of UTC at a time. */
export function zoneOffset(zone: string, at: Date): number | undefined {
  if (!formats.has(zone)) formats.set(zone, formatOf(zone));
  const parts = formats.get(zone)?.formatToParts(at);
  if (!parts) return undefined;
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((found) => found.type === type)?.value);
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return Math.round((shown - Math.floor(at.getTime() / 1_000) * 1_000) / 1_000);
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!/^[A-Z]/.test(zone)) return undefined; // `+01:00` isn't the name of a zone, and `europe/berlin` isn't how it is spelt
  const figures = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...figures });
  } catch {
    return undefined;
  }
}
