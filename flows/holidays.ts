/**
 * Public holidays by rule: Norway, Serbia and Hungary, the countries of `holidayCalendars`. For another country a
 * programme lists its days as closures.
 *
 * What no rule can know is not here: days that a government moves for one year (Hungary makes some Saturdays working
 * days and some Mondays or Fridays free, by decree), and Serbia's days off for members of other faiths. A programme
 * that follows them writes them down as closures and openings.
 */
import type { Eve, HolidayCalendar } from "../programmes/programme.ts";
import { addDays, type CalendarDate, daysBetween, weekdayOf } from "./calendar.ts";

/** Names a holiday in texts. The same feast has the same key in every calendar. */
export type HolidayKey =
  | "new_year"
  | "statehood_day"
  | "revolution_day_1848"
  | "maundy_thursday"
  | "good_friday"
  | "holy_saturday"
  | "easter_sunday"
  | "easter_monday"
  | "labour_day"
  | "constitution_day"
  | "ascension_day"
  | "whit_sunday"
  | "whit_monday"
  | "state_foundation_day"
  | "revolution_day_1956"
  | "all_saints_day"
  | "armistice_day"
  | "christmas_eve"
  | "christmas_day"
  | "second_christmas_day";

interface Rules {
  easter: (year: number) => CalendarDate;
  /** Holidays of the same date each year, by month and day. */
  fixed: Partial<Record<string, HolidayKey>>;
  /** Holidays that go with Easter, by days after Easter Sunday. */
  moving: Partial<Record<number, HolidayKey>>;
  /** Eves of the same date each year. */
  eves: Partial<Record<string, Eve>>;
  /** Fixed holidays that, on a Sunday, give the next working day off. */
  replaced: readonly HolidayKey[];
}

const rules: Record<HolidayCalendar, Rules> = {
  // The acts on public holidays and on 1 and 17 May. 24 and 31 December are working days: they are eves.
  no: {
    easter: easterSunday,
    fixed: {
      "01-01": "new_year",
      "05-01": "labour_day",
      "05-17": "constitution_day",
      "12-25": "christmas_day",
      "12-26": "second_christmas_day",
    },
    moving: {
      [-3]: "maundy_thursday",
      [-2]: "good_friday",
      0: "easter_sunday",
      1: "easter_monday",
      39: "ascension_day",
      49: "whit_sunday",
      50: "whit_monday",
    },
    eves: { "12-23": "little_christmas_eve", "12-24": "christmas_eve", "12-31": "new_years_eve" },
    replaced: [],
  },
  // The act on state and other holidays, articles 1 to 3a. Victory Day, 9 May, is a working day.
  rs: {
    easter: orthodoxEasterSunday,
    fixed: {
      "01-01": "new_year",
      "01-02": "new_year",
      "01-07": "christmas_day",
      "02-15": "statehood_day",
      "02-16": "statehood_day",
      "05-01": "labour_day",
      "05-02": "labour_day",
      "11-11": "armistice_day",
    },
    moving: {
      [-2]: "good_friday",
      [-1]: "holy_saturday",
      0: "easter_sunday",
      1: "easter_monday",
    },
    eves: { "01-05": "little_christmas_eve", "01-06": "christmas_eve", "12-31": "new_years_eve" },
    // Those of the state, not of the church.
    replaced: ["new_year", "statehood_day", "labour_day", "armistice_day"],
  },
  // The labour code, section 102. 24 December is not in it: the yearly decree makes it a day of rest.
  hu: {
    easter: easterSunday,
    fixed: {
      "01-01": "new_year",
      "03-15": "revolution_day_1848",
      "05-01": "labour_day",
      "08-20": "state_foundation_day",
      "10-23": "revolution_day_1956",
      "11-01": "all_saints_day",
      "12-24": "christmas_eve",
      "12-25": "christmas_day",
      "12-26": "second_christmas_day",
    },
    moving: {
      [-2]: "good_friday",
      0: "easter_sunday",
      1: "easter_monday",
      49: "whit_sunday",
      50: "whit_monday",
    },
    eves: { "12-23": "little_christmas_eve", "12-24": "christmas_eve", "12-31": "new_years_eve" },
    replaced: [],
  },
};

/** The public holiday on a date; the one of fixed date where two meet (17 May 2027 is Whit Monday too). */
export function holidayOn(calendar: HolidayCalendar, date: CalendarDate): HolidayKey | null {
  const country = rules[calendar];
  return namedHoliday(country, date) ?? replacedHoliday(country, date);
}

/**
 * The eve on a date, by the feasts of the calendar: in Serbia the Wednesday before Orthodox Easter, and 6 January for
 * Christmas Eve. Without a calendar, by the western feasts.
 */
export function eveOn(calendar: HolidayCalendar | null, date: CalendarDate): Eve | null {
  const country = rules[calendar ?? "no"];
  const fixed = country.eves[date.slice(5)];
  return fixed ?? (daysFromEaster(country, date) === -4 ? "wednesday_before_easter" : null);
}

/** Easter Sunday of the western churches, by the rule of Meeus, Jones and Butcher. */
export function easterSunday(year: number): CalendarDate {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const moon = (19 * golden + century - Math.floor(century / 4) - moonCorrection + 15) % 30;
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - moon - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * moon + 22 * sunday) / 451);
  // Days after 22 March, the earliest Easter Sunday there can be.
  return addDays(dateOf(year, "03-22"), moon + sunday - 7 * late);
}

/** Easter Sunday of the Orthodox churches: Meeus's rule for the Julian calendar, as a date of ours. */
export function orthodoxEasterSunday(year: number): CalendarDate {
  const moon = (19 * (year % 19) + 15) % 30;
  const sunday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7;
  const julianDaysBehind = Math.floor(year / 100) - Math.floor(year / 400) - 2;
  return addDays(dateOf(year, "03-22"), moon + sunday + julianDaysBehind);
}

function namedHoliday(country: Rules, date: CalendarDate): HolidayKey | null {
  return fixedHoliday(country, date) ?? country.moving[daysFromEaster(country, date)] ?? null;
}

function fixedHoliday(country: Rules, date: CalendarDate): HolidayKey | undefined {
  return country.fixed[date.slice(5)];
}

/**
 * The holiday on a Sunday that this day replaces. When the day after is a holiday as well, the first that is none
 * replaces it: Tuesday 4 May 2027, after Labour Day on Easter Sunday and Easter Monday.
 */
function replacedHoliday(country: Rules, date: CalendarDate): HolidayKey | null {
  let day = addDays(date, -1);
  while (namedHoliday(country, day) !== null) {
    const holiday = fixedHoliday(country, day);
    if (weekdayOf(day) === "sunday" && holiday !== undefined && country.replaced.includes(holiday)) {
      return holiday;
    }
    day = addDays(day, -1);
  }
  return null;
}

function daysFromEaster(country: Rules, date: CalendarDate): number {
  return daysBetween(country.easter(Number(date.slice(0, 4))), date);
}

function dateOf(year: number, monthAndDay: string): CalendarDate {
  return `${String(year).padStart(4, "0")}-${monthAndDay}`;
}
