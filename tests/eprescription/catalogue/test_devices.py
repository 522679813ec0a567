"""The reimbursement list of devices: read from its fixed-width file, kept by edition, found by words."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from eprescription.catalogue.devices import nx, search_devices
from eprescription.catalogue.devices.loading import Refused, load
from eprescription.catalogue.models import Device, Edition, Issue

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
HEADER = ("000" + "T" * 49 + "260615").ljust(128)


def a_price(since="20200101", until="0" * 8, *, kind="DVO", agreement="0", tariff="0000001234"):
    dates = "20191201" + "20191215"
    return f"1100101{since}{until}{kind}{agreement}{dates}0{tariff}".ljust(128)


def a_code(code, label, *prices, ends="0" * 8):
    """The records of one code, as the file has them."""
    return [
        f"1010101{code:<13}{label:<80}".ljust(128),
        f"1010201{ends}".ljust(128),
        *(prices or [a_price()]),
        "1990101".ljust(128),
    ]


def a_file(*codes, header=HEADER, end="\r\n", encoding="cp1252"):
    return end.join([header, *(record for code in codes for record in code)]).encode(encoding)


CRUTCH = a_code("1234567", "CANNE ANGLAISE AVEC APPUI ANTÉBRACHIAL, LA PAIRE")
WHEELCHAIR = a_code("7654321", "FAUTEUIL ROULANT MANUEL À PROPULSION")


class TestReading:
    def test_a_code_has_a_label_a_price_and_perhaps_an_end(self):
        told = nx.read(a_file(a_code("1234567", "CANNE  ANGLAISE ", ends="20261231")))
        code = told.codes["1234567"]

        assert told.made_on == date(2026, 6, 15)
        assert (code.label, code.ends_on) == ("CANNE ANGLAISE", date(2026, 12, 31))
        assert code.prices == [nx.Price(date(2020, 1, 1), None, "DVO", False, 1234)]

    @pytest.mark.parametrize("end", ["", "\n", "\r\n"])
    @pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
    def test_line_ends_and_encoding_do_not_matter(self, end, encoding):
        told = nx.read(a_file(CRUTCH, WHEELCHAIR, end=end, encoding=encoding))

        assert list(told.codes) == ["1234567", "7654321"]
        assert "ANTÉBRACHIAL" in told.codes["1234567"].label
        assert told.codes["7654321"].label == "FAUTEUIL ROULANT MANUEL À PROPULSION"

    def test_the_price_is_that_of_the_day(self):
        old = a_price("20100101", "20191231", tariff="0000000100")
        now = a_price("20200101", tariff="0000000200")
        later = a_price("20300101", tariff="0000000300")
        code = nx.read(a_file(a_code("1234567", "CANNE", later, old, now))).codes["1234567"]

        assert code.price(date(2015, 6, 1)).tariff_cents == 100
        assert code.price(date(2026, 6, 1)).tariff_cents == 200
        assert code.price(date(2031, 6, 1)).tariff_cents == 300
        assert code.price(date(2000, 1, 1)).tariff_cents == 300

    @pytest.mark.parametrize("tariff", ["0000000000", "          ", "12 €", "9999999999"])
    def test_no_tariff_is_none_and_never_zero(self, tariff):
        told = nx.read(a_file(a_code("1234567", "CANNE", a_price(tariff=tariff.ljust(10)))))

        assert told.codes["1234567"].prices[0].tariff_cents is None

    def test_a_code_written_in_thirteen_digits_is_the_same_code(self):
        assert list(nx.read(a_file(a_code("0000001234567", "CANNE"))).codes) == ["1234567"]

    @pytest.mark.parametrize("code", ["", "12345", "ABCDEFG", "1234567890123"])
    def test_a_bad_code_is_told_and_the_rest_is_read(self, code):
        told = nx.read(a_file(a_code(code, "CANNE"), WHEELCHAIR))

        assert list(told.codes) == ["7654321"]
        assert [bad.number for bad in told.bad] == [2]

    def test_a_null_byte_never_reaches_the_database(self):
        told = nx.read(a_file(a_code("1234567", "CANNE\0ANGLAISE")))

        assert told.codes["1234567"].label == "CANNE ANGLAISE"

    def test_a_code_that_comes_twice_keeps_its_first_label(self):
        told = nx.read(a_file(CRUTCH, a_code("1234567", "AUTRE")))

        assert told.codes["1234567"].label.startswith("CANNE")
        assert [bad.reason for bad in told.bad] == ["the code comes twice"]

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "empty"),
            (b" \r\n ", "empty"),
            ("\xa0".encode(), "no LPP file"),
            (b"<!DOCTYPE html><html>", "no LPP file"),
            (b"PK\x03\x04", "no LPP file"),
            (HEADER.encode(), "no code"),
            (a_file(WHEELCHAIR, CRUTCH[:-1]), "cut: code 1234567"),
        ],
    )
    def test_what_is_no_whole_file_is_refused_with_the_reason(self, content, why):
        with pytest.raises(nx.NotLpp, match=why):
            nx.read(content)

    @given(st.binary(max_size=600) | st.text(max_size=300).map(lambda t: ("101" + t).encode()))
    def test_any_bytes_are_read_or_refused(self, content):
        try:
            assert nx.read(content).codes
        except nx.NotLpp as refusal:
            assert str(refusal)


@pytest.mark.django_db
class TestLoading:
    def test_a_file_becomes_the_active_edition(self):
        loaded = load(a_file(CRUTCH, a_code("7654321", "LIT", a_price(agreement="1"))), at=AT)

        device = Device.objects.get(code="1234567")
        assert str(loaded.edition) == "LPP, 15/06/2026"
        assert (loaded.codes, loaded.edition.active) == (2, True)
        assert (device.kind, device.tariff_cents, device.prior_agreement) == ("DVO", 1234, False)
        assert Device.objects.get(code="7654321").prior_agreement
        assert Edition.objects.get(kind=Edition.Kind.MEDICINES, active=True)

    def test_the_same_file_again_changes_nothing(self):
        load(a_file(CRUTCH), at=AT)

        assert load(a_file(CRUTCH), at=AT).unchanged
        assert Edition.objects.filter(kind=Edition.Kind.DEVICES).count() == 1

    def test_a_code_that_has_left_ends_and_is_never_deleted(self):
        later = HEADER.replace("260615", "260915")
        load(a_file(CRUTCH, WHEELCHAIR), at=AT)
        loaded = load(a_file(CRUTCH, header=later), at=AT, force=True)

        assert loaded.ended == 1
        assert Device.objects.get(code="7654321").ends_on == date(2026, 9, 15)
        assert Device.objects.get(code="1234567").ends_on is None
        assert [e.date for e in Edition.objects.filter(kind="devices", active=True)] == [
            date(2026, 9, 15)
        ]

    def test_a_code_that_comes_back_is_valid_again(self):
        load(a_file(CRUTCH, WHEELCHAIR), at=AT)
        load(a_file(CRUTCH), at=AT, force=True)
        load(a_file(CRUTCH, WHEELCHAIR), at=AT)

        assert Device.objects.get(code="7654321").ends_on is None

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (a_file(CRUTCH), "1 codes, the live edition 2"),
            (a_file(CRUTCH, WHEELCHAIR, header=HEADER.replace("260615", "250615")), "older"),
        ],
    )
    def test_an_older_or_much_smaller_file_is_refused_unless_forced(self, content, why):
        load(a_file(CRUTCH, WHEELCHAIR), at=AT)

        with pytest.raises(Refused, match=why):
            load(content, at=AT)
        assert Device.objects.filter(ends_on=None).count() == 2
        assert load(content, at=AT, force=True).edition.active

    def test_too_many_bad_records_are_refused_even_when_forced(self):
        bad = [a_code(f"X{n}", "CANNE") for n in range(21)]

        with pytest.raises(Refused, match="21 records"):
            load(a_file(CRUTCH, *bad), at=AT, force=True)
        assert not Device.objects.exists()

    def test_a_few_bad_records_are_kept_as_issues(self):
        load(a_file(CRUTCH, a_code("X", "CANNE")), at=AT)

        issue = Issue.objects.get(edition__kind=Edition.Kind.DEVICES)
        assert (issue.line, issue.reason) == (6, "no code of 7 digits with a label")

    def test_a_file_without_a_date_asks_for_one(self):
        undated = a_file(CRUTCH, header=HEADER.replace("260615", "      "))

        with pytest.raises(Refused, match="date"):
            load(undated, at=AT)
        assert load(undated, at=AT, on=date(2026, 1, 1)).edition.date == date(2026, 1, 1)


@pytest.mark.django_db
class TestCommand:
    def run(self, path, **options):
        out, err = StringIO(), StringIO()
        call_command("import_devices", str(path), stdout=out, stderr=err, **options)
        return out.getvalue(), err.getvalue()

    def test_says_what_it_did(self, tmp_path):
        path = tmp_path / "LPPTOT"
        path.write_bytes(a_file(CRUTCH, a_code("X", "CANNE")))

        assert self.run(path) == (
            "LPP, 15/06/2026: 1 codes, 0 ended.\n",
            "Record 6: no code of 7 digits with a label.\n",
        )
        assert self.run(path)[0] == "LPP, 15/06/2026: unchanged, 1 codes.\n"

    def test_refuses_with_the_reason(self, tmp_path):
        path = tmp_path / "page.html"
        path.write_bytes(b"<html>")

        with pytest.raises(CommandError, match=r"the live edition stays: .*no LPP file"):
            self.run(path)
        with pytest.raises(CommandError, match="Cannot read"):
            self.run(tmp_path / "nowhere")


@pytest.mark.django_db
class TestFinding:
    @pytest.fixture(autouse=True)
    def devices(self):
        load(
            a_file(
                CRUTCH,
                WHEELCHAIR,
                a_code("1111111", "CANNE"),
                a_code("2222222", "EMBOUT POUR CANNE"),
                a_code("3333333", "CANNE BLANCHE", ends="20200101"),
                a_code("4444444", "LIT MÉDICALISÉ", a_price(tariff="0" * 10)),
            ),
            at=AT,
        )

    def found(self, text, **options):
        return [hit.code for hit in search_devices(text, **options)]

    @pytest.mark.parametrize(
        "typed", ["canne anglaise", "ANGLAISE cannE", "antebrachial", "antébra", "paire appui"]
    )
    def test_by_words_in_any_order_without_accents_unfinished(self, typed):
        assert self.found(typed) == ["1234567"]

    def test_what_starts_with_the_word_comes_first_then_the_shortest(self):
        assert self.found("canne") == ["1111111", "1234567", "2222222"]
        assert self.found("canne", limit=1) == ["1111111"]

    def test_a_per_cent_is_a_word_and_no_joker(self):
        load(a_file(a_code("5555555", "SOLUTION 5 % STÉRILE"), CRUTCH), at=AT, force=True)

        assert self.found("5 %") == ["5555555"]
        assert self.found("% canne") == []

    @pytest.mark.parametrize("typed", ["7654321", "765 4321", "76543"])
    def test_by_code(self, typed):
        assert self.found(typed) == ["7654321"]

    def test_an_ended_code_is_found_whole_and_said_to_have_ended(self):
        (hit,) = search_devices("3333333")

        assert (hit.ended, hit.ends_on) == (True, date(2020, 1, 1))
        assert self.found("canne blanche") == self.found("33333") == []

    def test_says_what_the_list_says_and_no_more(self):
        (crutch,), (bed,) = search_devices("1234567"), search_devices("lit medicalise")

        assert (str(crutch.tariff), crutch.kind, crutch.edition) == (
            "12.34",
            "DVO",
            "LPP, 15/06/2026",
        )
        assert (bed.tariff, bed.ended) == (None, False)

    @pytest.mark.parametrize(
        "typed", ["", "  ", "%", "_", "\x00", "zzz", "12", "9" * 400, "🙂", "anne"]
    )
    def test_anything_else_finds_nothing_and_blocks_nothing(self, typed):
        assert search_devices(typed) == []

    def test_asks_once(self):
        with CaptureQueriesContext(connection) as queries:
            search_devices("canne")

        assert len(queries) == 1
