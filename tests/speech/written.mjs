// Writes the golden files of written values beside it, once, from the Intl library of Node:
//     node written.mjs          # writes written_ru.csv and so on; the head of each names the versions
// A row: kind, value, form, what Intl writes, what we write where that differs, and the rule by which it differs.

import { writeFileSync } from 'node:fs';

const CURRENCIES = ['RUB', 'USD', 'EUR', 'PLN', 'GBP', 'CHF', 'JPY', 'KZT'];
const UNITS = { day: 86400, hour: 3600, minute: 60, second: 1 };
const NUMBERS = ['0', '1', '-1', '12', '999', '1000', '1234', '-1234.5', '9999.99', '10000', '12345.6', '100000', '999999',
  '1000000', '12345678.25', '0.5', '-0.125', '999999999999'];

// A small generator, so that the files are the same each time.
let state = 20261122n;
const draw = (below) => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
  return Number((state >> 33n) % BigInt(below));
};

const quoted = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function write(language, locale, extra) {
  const rows = [];
  const seen = new Set();
  const add = (kind, value, form, source, said = source, rule = '') => {
    const key = `${kind}|${value}|${form}`;
    if (!seen.has(key)) rows.push([kind, value, form, source, said === source ? '' : said, said === source ? '' : rule]);
    seen.add(key);
  };
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 10 });
  const many = [...Array(60).keys()].map(() => String(draw(10 ** (1 + draw(9)))) + (draw(2) ? '.' + (1 + draw(9)) : ''));
  for (const n of [...NUMBERS, ...many]) add('number', n, '', numbers.format(n));
  for (const currency of CURRENCIES) {
    const money = new Intl.NumberFormat(locale, { style: 'currency', currency });
    for (const amount of ['0', '0.05', '1', '-1', '12.5', '999.99', '1234.5', '-1234.5', '12345.6', '1000000',
      ...[...Array(20).keys()].map(() => (draw(10 ** (1 + draw(8))) / 100).toFixed(2))]) {
      if (currency === 'JPY' && !/^-?\d+$/.test(amount)) continue;
      const source = money.format(amount);
      const said = currency === 'KZT' ? source.replace('₸', 'KZT') : source;
      add('money', `${amount} ${currency}`, '', source, said, 'sign');
    }
  }
  for (let day = 0; day < 120; day++) {
    const date = new Date(Date.UTC(2026, 0, 1 + day * 4));
    const value = date.toISOString().slice(0, 10);
    const format = (options) => new Intl.DateTimeFormat(extra.dates, { ...options, timeZone: 'UTC' }).format(date);
    add('date', value, '', format({ dateStyle: 'long' }));
    if (day % 3 === 0) {
      add('date', value, 'weekday', format({ weekday: 'long', day: 'numeric', month: 'long' }));
      add('date', value, 'weekday year', format({ dateStyle: 'full' }));
    }
  }
  for (let minute = 0; minute < 1440; minute += 11) {
    const date = new Date(Date.UTC(2026, 0, 1, 0, minute));
    const value = date.toISOString().slice(11, 16);
    add('time', value, '', new Intl.DateTimeFormat(extra.dates, { ...extra.clock, timeZone: 'UTC' }).format(date));
  }
  for (const [unit, seconds] of Object.entries(UNITS)) {
    const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' });
    for (const n of [1, 2, 3, 4, 5, 11, 12, 21, 22, 23].concat(unit === 'day' ? [100, 101, 1000, 12345] : [])) {
      add('duration', String(n * seconds), extra.cases ? 'nominative' : '', format.format(n).replaceAll('\u202f', ' '));
    }
  }
  const head = [
    `Source: Intl of Node ${process.version}, ICU ${process.versions.icu}, CLDR ${process.versions.cldr}; numbers, amounts and`,
    `lengths of time of the locale ${locale}, days and times of ${extra.dates}${extra.note ?? ''}.`,
    'rule sign: a sign that older telephones cannot show: the tenge is written by its letters.',
    ...(extra.rules ?? []),
  ];
  const lines = [...head.map((line) => `# ${line}`), 'kind,value,form,source,said,rule',
    ...rows.map((row) => row.map(quoted).join(','))];
  writeFileSync(`written_${language}.csv`, lines.join('\n') + '\n');
  console.log(language, rows.length);
}

const clock = { timeStyle: 'short' };
write('ru', 'ru', { dates: 'ru', clock, cases: true });
write('pl', 'pl', { dates: 'pl', clock, cases: true });
write('de', 'de', { dates: 'de', clock, cases: true });
write('es', 'es', { dates: 'es', clock });
write('en', 'en', { dates: 'en-AU', clock, note: ' (day before month, twelve hours)' });
