"""Writes the golden files of spoken values beside it, once, from libraries that know nothing of ours.

    pip install num2words==0.5.14 PyICU==2.17 phonenumbers==9.0.43     # PyICU on ICU 72.1
    python3 golden.py                       # writes ru.csv, pl.csv, en.csv, de.csv, es.csv, phones.csv

A row: kind, value, form, what the library says, what we say where that differs, and the rule by which it differs (each is
explained in the head of the file). Days, times and amounts are put together here of the library's numbers, ordinals, month
and currency names.
"""

import csv
import datetime
import random
import re
import icu
import phonenumbers
from num2words import num2words

EDGES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 30, 31, 99, 100, 101, 102,
         111, 112, 119, 120, 121, 200, 201, 211, 221, 999, 1000, 1001, 1002, 1011, 1021, 1100, 1101, 1999, 2000, 2001, 2002,
         2021, 5000, 10000, 11000, 12000, 14000, 20000, 21000, 21001, 22000, 22022, 25000, 31000, 91000, 100000, 100001,
         101000, 101001, 111000, 121000, 200000, 201000, 221121, 999999, 10**6, 10**6 + 1, 10**6 + 1000, 2 * 10**6,
         5 * 10**6, 11 * 10**6, 21 * 10**6, 22 * 10**6, 100 * 10**6, 101 * 10**6, 200 * 10**6, 10**9, 10**9 + 1,
         2 * 10**9, 5 * 10**9, 21 * 10**9, 101 * 10**9, 200 * 10**9, 999999999999, 10**12, 2 * 10**12, 10**12 + 10**6]
CURRENCIES = ["RUB", "USD", "EUR", "PLN", "GBP", "CHF"]


def numbers(count, seed):
    draw = random.Random(seed)
    return EDGES + [draw.randrange(10 ** draw.randint(2, 12)) for _ in range(count - len(EDGES))]


class Icu:
    """ICU's spellout rules of one language."""

    def __init__(self, language):
        self.rules = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale(language))

    def __call__(self, rule, number):
        return self.rules.format(number, "%spellout-" + rule).replace("\u00ad", "")


def months(language):
    """As they stand behind a day."""
    symbols = icu.DateFormatSymbols(icu.Locale(language))
    return symbols.getMonths(icu.DateFormatSymbols.FORMAT, icu.DateFormatSymbols.WIDE)


def weekdays(language):
    """From Monday."""
    symbols = icu.DateFormatSymbols(icu.Locale(language))
    names = symbols.getWeekdays(icu.DateFormatSymbols.STANDALONE, icu.DateFormatSymbols.WIDE)
    return names[2:] + [names[1]]


def unit(language, number, name):
    """The noun alone, as CLDR has it behind a count."""
    formatted = icu.NumberFormatter.withLocale(icu.Locale(language)).unit(
        icu.MeasureUnit.forIdentifier(name)).unitWidth(icu.UNumberUnitWidth.FULL_NAME).formatInt(number)
    return formatted.split("\u00a0")[-1].split(" ")[-1]


def currency(language, number, letters):
    """The currency's whole name, as CLDR has it behind a count."""
    formatted = icu.NumberFormatter.withLocale(icu.Locale(language)).unit(icu.CurrencyUnit(letters)).unitWidth(
        icu.UNumberUnitWidth.FULL_NAME).precision(icu.Precision.integer()).grouping(
        icu.UNumberGroupingStrategy.OFF).formatInt(number)
    return formatted.split(" ", 1)[1] if " " in formatted else formatted.split("\u00a0", 1)[1]


def days():
    return [datetime.date(2028, 1, 1) + datetime.timedelta(days=n) for n in range(366)]


def times():
    draw = random.Random(7)
    chosen = [(h, m) for h in range(24) for m in (0, 1, 5, 21, 30)]
    return chosen + [(draw.randrange(24), draw.randrange(60)) for _ in range(80)]


class Golden:
    def __init__(self, language, head):
        self.language, self.head, self.rows, self.seen = language, head, [], set()

    def add(self, kind, value, form, source, said=None, rule=None):
        key = (kind, str(value), form)
        if key in self.seen:
            return
        self.seen.add(key)
        differs = said is not None and said != source
        self.rows.append([kind, value, form, source, said if differs else "", rule if differs else ""])

    def write(self):
        with open(f"{self.language}.csv", "w", newline="", encoding="utf-8") as file:
            for line in self.head.strip().split("\n"):
                file.write(f"# {line}\n")
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(["kind", "value", "form", "source", "said", "rule"])
            rows.writerows(self.rows)
        print(self.language, len(self.rows), sum(1 for row in self.rows if row[5]))


def amounts(count, seed):
    draw = random.Random(seed)
    fixed = [(0, 0), (0, 1), (0, 2), (0, 5), (1, 0), (1, 1), (2, 2), (5, 5), (11, 11), (21, 21), (22, 22), (100, 0), (101, 1),
             (200, 50), (1000, 0), (1001, 10), (2000, 0), (21000, 0), (1000000, 0), (2000000, 0)]
    return fixed + [(draw.randrange(10 ** draw.randint(1, 7)), draw.choice([0, draw.randrange(1, 100)]))
                    for _ in range(count - len(fixed))]


def written_amount(whole, minor, letters):
    return f"{whole}.{minor:02} {letters}"


# ---------------------------------------------------------------------------------------------------------------- ru

def yo(text):
    """With the dots that are said."""
    return text.replace("трех", "трёх").replace("четырех", "четырёх").replace("четверт", "четвёрт")


def russian():
    spell = Icu("ru")
    golden = Golden("ru", """
Sources: numbers, ordinals, days and times by ICU 72.1 (CLDR 42), spellout rules, month and unit names, through PyICU 2.17;
rubles, dollars and euros by num2words 0.5.14.
rule yo: ICU leaves the dots out (трех, четвертое); we write трёх, четвёртое, as it is said.
rule eighty: восьмидесятое; ICU has восемьдесятое in the neuter, against its own other genders.
rule comma: num2words sets a comma between rubles and kopecks; nothing is heard of it.
""")
    for n in numbers(260, 1):
        golden.add("number", n, "", spell("cardinal-masculine", n))
        golden.add("number", n, "feminine", spell("cardinal-feminine", n))
    for n in numbers(120, 2):
        golden.add("number", n, "neuter", spell("cardinal-neuter", n))
        golden.add("number", n, "feminine accusative", spell("cardinal-feminine-accusative", n))
        for form, rule in [("genitive", "masculine"), ("feminine genitive", "feminine")]:
            source = spell(f"cardinal-{rule}-genitive", n)
            golden.add("number", n, form, source, yo(source), "yo")
    for n in list(range(1, 100)) + [n for n in range(100, 1000, 97)]:
        for form, rule in [("ordinal", "masculine"), ("ordinal feminine", "feminine"), ("ordinal neuter", "neuter"),
                           ("ordinal genitive", "masculine-genitive"), ("ordinal feminine accusative", "feminine-accusative")]:
            source = spell("ordinal-" + rule, n)
            said = yo(source).replace("восемьдесятое", "восьмидесятое")
            golden.add("number", n, form, source, said, "eighty" if "восемьдесят" in source and n % 10 == 0 else "yo")
    names = months("ru")

    def add_day(day, form, source):
        golden.add("date", day, form, source, yo(source), "yo")

    for day in days():
        add_day(day, "", f"{spell('ordinal-neuter', day.day)} {names[day.month - 1]}")
    for day in days()[::5]:
        add_day(day, "genitive", f"{spell('ordinal-neuter-genitive', day.day)} {names[day.month - 1]}")
    for day in days()[::9]:
        weekday = weekdays("ru")[day.weekday()]
        add_day(day, "weekday", f"{weekday}, {spell('ordinal-neuter', day.day)} {names[day.month - 1]}")
    for hour, minute in times():
        said = f"{spell('cardinal-masculine', hour)} {unit('ru', hour, 'hour')}"
        if minute:
            said += f" {spell('cardinal-feminine', minute)} {unit('ru', minute, 'minute')}"
        golden.add("time", f"{hour:02}:{minute:02}", "", said)
    for letters in ["RUB", "USD", "EUR"]:
        for whole, minor in amounts(60, 3):
            source = num2words(whole + minor / 100 if minor else float(whole), lang="ru", to="currency", currency=letters)
            parts = source.split(", ")
            said = parts[0] if not minor else parts[1] if not whole else " ".join(parts)
            golden.add("money", written_amount(whole, minor, letters), "", source, said, "comma")
    golden.write()


# ---------------------------------------------------------------------------------------------------------------- pl

def polish():
    spell = Icu("pl")
    golden = Golden("pl", """
Sources: numbers by ICU 72.1 (CLDR 42), spellout rules, through PyICU 2.17; ordinals and amounts in zloty and euro by
num2words 0.5.14; days and times of num2words' ordinals and ICU's month names.
rule one_in_compounds: at the end of a longer number one is jeden in every gender, as ICU itself has it but for 1000000001.
rule genitive_ending: num2words knows the nominative only; a day of the month is declined here (-y to -ego, -i to -iego).
rule feminine_ending: an hour is a feminine ordinal, declined here (-y to -a, -i to -a or -ia).
rule comma: num2words sets a comma between zlotys and grosze; nothing is heard of it.
rule neuter_euro: one euro is neuter in Polish (jedno euro); num2words says jeden.
rule thousand_alone: num2words says jeden where ICU and usage leave the one of a single thousand or million out.
""")
    one = lambda text: re.sub(r" jedn[aą]$", " jeden", text)
    for n in numbers(420, 1):
        golden.add("number", n, "", spell("cardinal-masculine", n))
        source = spell("cardinal-feminine", n)
        golden.add("number", n, "feminine", source, one(source), "one_in_compounds")
    for n in numbers(150, 2):
        golden.add("number", n, "neuter", spell("cardinal-neuter", n))
        source = spell("cardinal-feminine-accusative", n)
        golden.add("number", n, "feminine accusative", source, one(source), "one_in_compounds")
        source = spell("cardinal-masculine-genitive", n)
        golden.add("number", n, "genitive", source)
    ordinal = lambda n: num2words(n, lang="pl", to="ordinal")
    genitive = lambda text: " ".join(w[:-1] + "ego" if w.endswith("y") else w + "ego" if w.endswith("i") else w
                                     for w in text.split())
    feminine = lambda text: " ".join("trzecia" if w == "trzeci" else w[:-1] + "a" if w[-1] in "yi" else w
                                     for w in text.split())
    for n in list(range(1, 100)) + list(range(100, 1000, 37)):
        golden.add("number", n, "ordinal", ordinal(n))
    names = months("pl")
    for day in days():
        source = f"{ordinal(day.day)} {names[day.month - 1]}"
        golden.add("date", day, "", source, f"{genitive(ordinal(day.day))} {names[day.month - 1]}", "genitive_ending")
    for day in days()[::4]:
        golden.add("date", day, "nominative", f"{ordinal(day.day)} {names[day.month - 1]}")
    for hour, minute in times():
        if hour == 0:
            continue
        tail = "" if not minute else " " + ("zero " if minute < 10 else "") + spell("cardinal-masculine", minute)
        golden.add("time", f"{hour:02}:{minute:02}", "", ordinal(hour) + tail, feminine(ordinal(hour)) + tail,
                   "feminine_ending")
    for letters in ["PLN", "EUR"]:
        for whole, minor in amounts(60, 3):
            source = num2words(whole + minor / 100 if minor else float(whole), lang="pl", to="currency", currency=letters)
            parts = source.split(", ")
            said = parts[0] if not minor else parts[1] if not whole else " ".join(parts)
            rule = "comma"
            if letters == "EUR" and whole == 1:
                said, rule = said.replace("jeden euro", "jedno euro"), "neuter_euro"
            golden.add("money", written_amount(whole, minor, letters), "", source, said, rule)
    golden.write()


# ---------------------------------------------------------------------------------------------------------------- en

def english():
    golden = Golden("en", """
Sources: numbers, ordinals, years and amounts by num2words 0.5.14 (en), the commas between groups taken out of numbers and
ordinals; days of its ordinals and ICU 72.1's month names.
rule comma: num2words sets a comma between dollars and cents, and says cents where there are none; we do not.
rule plural_euro: num2words says «two euro»; CLDR and the style guide of the Union for everyday English say euros.
rule and: between the units of an amount we say «and».
rule ruble: num2words writes rouble and kopek; we write the spelling of CLDR, ruble, and kopeck.
rule pound: num2words says «pound sterling»; we say pound.
rule zlotys: num2words has three Polish plurals of zloty; English has two.
rule oh: num2words sets a hyphen between «oh» and the year's last digit.
""")
    for n in numbers(900, 1):
        golden.add("number", n, "", num2words(n, lang="en").replace(",", ""))
    for n in list(range(1, 200)) + list(range(200, 10000, 29)):
        golden.add("number", n, "ordinal", num2words(n, lang="en", to="ordinal").replace(",", ""))
    names = months("en")
    for day in days():
        golden.add("date", day, "", f"the {num2words(day.day, lang='en', to='ordinal')} of {names[day.month - 1]}")
    for year in range(1801, 2100, 2):
        day = datetime.date(year, 3, 1)
        source = f"the first of March {num2words(year, lang='en', to='year')}"
        golden.add("date", day, "year", source, source.replace("oh-", "oh "), "oh")
    singular = {"RUB": ("ruble", "kopeck"), "USD": ("dollar", "cent"), "EUR": ("euro", "cent"), "GBP": ("pound", "penny")}
    for letters, (major, small) in singular.items():
        for whole, minor in amounts(40, 3):
            source = num2words(whole + minor / 100 if minor else float(whole), lang="en", to="currency", currency=letters)
            number, cents = [num2words(n, lang="en").replace(",", "") for n in (whole, minor)]
            many = {"penny": "pence"}.get(small, small + "s")
            parts = [f"{number} {major}{'' if whole == 1 else 's'}", f"{cents} {small if minor == 1 else many}"]
            said = parts[0] if not minor else parts[1] if not whole else " and ".join(parts)
            rule = {"RUB": "ruble", "GBP": "pound", "EUR": "plural_euro"}.get(letters, "and" if whole and minor else "comma")
            golden.add("money", written_amount(whole, minor, letters), "", source, said, rule)
    golden.write()


# ---------------------------------------------------------------------------------------------------------------- de

def german():
    spell = Icu("de")
    golden = Golden("de", """
Sources: numbers and ordinals by ICU 72.1 (CLDR 42), spellout rules, through PyICU 2.17 (its soft hyphens taken out); amounts
and years by num2words 0.5.14; days and times of ICU's ordinals, numbers and month names.
rule zero_units: num2words says «null Cent» where there are none, and «null Euro» before them; we leave both out.
rule one_unit: before a masculine noun the end of a number is «ein» (einhundertein Euro), as ICU's masculine rule has it;
num2words leaves «eins» there.
""")
    for n in numbers(300, 1):
        golden.add("number", n, "", spell("numbering", n))
        golden.add("number", n, "masculine", spell("cardinal-masculine", n))
        golden.add("number", n, "feminine", spell("cardinal-feminine", n))
    for n in numbers(130, 2):
        if n < 10**6:
            golden.add("number", n, "masculine accusative", spell("cardinal-n", n))
            golden.add("number", n, "feminine dative", spell("cardinal-r", n))
            golden.add("number", n, "neuter dative", spell("cardinal-m", n))
    for n in list(range(1, 130)) + list(range(130, 10000, 397)):
        golden.add("number", n, "ordinal", spell("ordinal", n))
        golden.add("number", n, "ordinal dative", spell("ordinal-n", n))
    names = months("de")
    for day in days():
        golden.add("date", day, "", f"{spell('ordinal-n', day.day)} {names[day.month - 1]}")
    for day in days()[::9]:
        weekday = weekdays("de")[day.weekday()]
        golden.add("date", day, "weekday", f"{weekday}, den {spell('ordinal-n', day.day)} {names[day.month - 1]}")
    for year in range(1901, 2100, 3):
        golden.add("date", datetime.date(year, 3, 2), "year", f"zweiten März {num2words(year, lang='de', to='year')}")
    for hour, minute in times():
        said = f"{spell('cardinal-neuter', hour)} Uhr" + (f" {spell('numbering', minute)}" if minute else "")
        golden.add("time", f"{hour:02}:{minute:02}", "", said)
    for letters, major, small in [("EUR", "Euro", ("Cent", "Cent")), ("USD", "Dollar", ("Cent", "Cent"))]:
        for whole, minor in amounts(50, 3):
            source = num2words(whole + minor / 100 if minor else float(whole), lang="de", to="currency", currency=letters)
            parts = [f"{spell('cardinal-masculine', whole)} {major}", f"{spell('cardinal-masculine', minor)} {small[minor != 1]}"]
            said = parts[0] if not minor else parts[1] if not whole else " und ".join(parts)
            rule = "zero_units" if not minor or not whole else "one_unit"
            golden.add("money", written_amount(whole, minor, letters), "", source, said, rule)
    golden.write()


# ---------------------------------------------------------------------------------------------------------------- es

def spanish():
    spell = Icu("es")
    golden = Golden("es", """
Sources: numbers and ordinals by ICU 72.1 (CLDR 42), spellout rules, through PyICU 2.17; amounts by num2words 0.5.14; days and
times of ICU's numbers and month names.
rule thousands_agree: hundreds that multiply mil agree with the noun (doscientas mil libras: Diccionario panhispánico de
dudas, «mil»); ICU leaves them masculine.
rule undecimo: undécimo and duodécimo are the older and more usual of two right forms (Diccionario panhispánico de dudas).
rule octingentesimo: the dictionary has octingentésimo; ICU shortens it.
rule zero_units: num2words says «con cero céntimos» where there are none; we leave them out, and a zero before them.
rule de_millions: an exact million takes «de» before its noun (un millón de euros); num2words leaves it out.
rule un: before a masculine noun one is un (un céntimo, treinta y un euros); num2words leaves uno in places.
""")
    agree = lambda n, text: text if n % 10**6 < 200000 else " ".join(
        text.split()[:-len(spell("cardinal-feminine", n % 10**6).split())] + feminine_thousands(spell, n % 10**6).split())
    for n in numbers(320, 1):
        golden.add("number", n, "", spell("numbering", n))
        golden.add("number", n, "masculine", spell("cardinal-masculine", n))
        source = spell("cardinal-feminine", n)
        golden.add("number", n, "feminine", source, agree(n, source), "thousands_agree")
    for n in list(range(1, 130)) + list(range(130, 1000, 13)):
        for form, rule in [("ordinal", "masculine"), ("ordinal feminine", "feminine")]:
            source = spell(f"ordinal-{rule}", n)
            said = source.replace("decimoprimer", "undécim").replace("decimosegund", "duodécim")
            said = said.replace("octingésim", "octingentésim")
            golden.add("number", n, form, source, said, "octingentesimo" if n >= 800 else "undecimo")
    names = months("es")
    for day in days():
        golden.add("date", day, "", f"el {spell('numbering', day.day)} de {names[day.month - 1]}")
    for day in days()[::9]:
        weekday = weekdays("es")[day.weekday()]
        golden.add("date", day, "weekday", f"el {weekday} {spell('numbering', day.day)} de {names[day.month - 1]}")
    for hour, minute in times():
        if (hour, minute) == (0, 0):
            continue
        part = icu.SimpleDateFormat("B", icu.Locale("es"))
        part.setTimeZone(icu.TimeZone.createTimeZone("UTC"))
        shown = (hour + 11) % 12 + 1
        said = ("la " if shown == 1 else "las ") + spell("cardinal-feminine", shown)
        said += f" y {spell('numbering', minute)}" if minute else ""
        golden.add("time", f"{hour:02}:{minute:02}", "", f"{said} {part.format(float(hour * 3600 + minute * 60))}")
    for letters, major, small in [("EUR", "euro", "céntimo"), ("USD", "dólar", "centavo")]:
        for whole, minor in amounts(60, 3):
            source = num2words(whole + minor / 100 if minor else float(whole), lang="es", to="currency", currency=letters)
            plural = {"dólar": "dólares"}.get(major, major + "s")
            of = " de" if whole and whole % 10**6 == 0 else ""
            parts = [f"{spell('cardinal-masculine', whole)}{of} {major if whole == 1 else plural}",
                     f"{spell('cardinal-masculine', minor)} {small}{'' if minor == 1 else 's'}"]
            said = parts[0] if not minor else parts[1] if not whole else " con ".join(parts)
            rule = "de_millions" if of else "zero_units" if not minor or not whole else "un"
            golden.add("money", written_amount(whole, minor, letters), "", source, said, rule)
    golden.write()


def feminine_thousands(spell, n):
    """The hundreds before mil in the feminine, its ones shortened as before a masculine noun."""
    text = spell("cardinal-feminine", n)
    before, mil, after = text.partition(" mil")
    return before.replace("cientos", "cientas").replace("quinientos", "quinientas") + mil + after if mil else text


# ------------------------------------------------------------------------------------------------------------ phones

def phones():
    golden = Golden("phones", """
Source: phonenumbers 9.0.43 (libphonenumber's international form), its example numbers of every region.
rule newer_data: the Faroes have groups since that version; the data here is libphonenumber 9.0.33.
""")
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
            number = phonenumbers.example_number_for_type(region, kind)
            if number:
                value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
                source = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
                said = f"+298 {source[5:].replace(' ', '')}" if region == "FO" else source
                golden.add("phone", value, "", source, said, "newer_data")
    golden.write()


phones()
russian()
polish()
english()
german()
spanish()
