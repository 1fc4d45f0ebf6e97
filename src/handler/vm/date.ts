/* Points in time as text. The machine lives in UTC. */

/** A point in time as text. The machine lives in UTC. */
export class DateText {
  private readonly time: number;
  constructor(time: number) {
    this.time = time;
  }

  /** Year, month (from 1), day, hours, minutes, seconds, milliseconds. */
  parts(): readonly [number, number, number, number, number, number, number] {
    const days = Math.floor(this.time / 86_400_000);
    const rest = this.time - days * 86_400_000;
    // Days since 1970 to a civil date, counted in eras of 400 years that begin on 1 March.
    const shifted = days + 719_468;
    const era = Math.floor(shifted / 146_097);
    const dayOfEra = shifted - era * 146_097;
    const yearOfEra = Math.floor(
      (dayOfEra -
        Math.floor(dayOfEra / 1460) +
        Math.floor(dayOfEra / 36_524) -
        Math.floor(dayOfEra / 146_096)) /
        365,
    );
    const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
    const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
    const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
    const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    return [
      year,
      month,
      day,
      Math.floor(rest / 3_600_000),
      Math.floor(rest / 60_000) % 60,
      Math.floor(rest / 1000) % 60,
      rest % 1000,
    ];
  }

  /** Date.prototype.toISOString */
  iso(): string {
    const [year, month, day, hours, minutes, seconds, millis] = this.parts();
    const pad = (value: number, width: number) => String(value).padStart(width, "0");
    const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
    return `${date}T${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(millis, 3)}Z`;
  }

  text(): string {
    return Number.isNaN(this.time) ? "Invalid Date" : this.iso();
  }
}
