"""The operator is told once when something begins to fail, and once when it is over."""

import pytest
from django.core import mail
from django.core.management import call_command

from apps.operations import alerts, doctor
from apps.operations.findings import Check, Finding, Level, Look, fault


def finding(name: str, level: Level) -> Finding:
    return Finding(name, level, "here", "so much", "the rule", "the remedy")


@pytest.fixture(autouse=True)
def operator(settings, tmp_path):
    settings.OPERATOR_MAIL = "operator@example.com"
    settings.FILES_FOLDER = tmp_path / "files"


def test_each_condition_is_told_once_until_it_is_over():
    told = []
    for levels in (
        {"relay": Level.OK, "backups": Level.OK},
        {"relay": Level.FAULT, "backups": Level.OK},
        {"relay": Level.FAULT, "backups": Level.WARNING},
        {"relay": Level.UNKNOWN, "backups": Level.FAULT},
        {"relay": Level.FAULT, "backups": Level.FAULT},
        {"relay": Level.OK, "backups": Level.OK},
        {"relay": Level.OK, "backups": Level.OK},
        {"relay": Level.FAULT, "backups": Level.OK},
    ):
        told.append(alerts.tell([finding(name, level) for name, level in levels.items()]))
    assert told == [
        ([], []),
        (["relay"], []),
        ([], []),
        (["backups"], []),
        ([], []),
        ([], ["backups", "relay"]),
        ([], []),
        (["relay"], []),
    ]
    assert [message.to for message in mail.outbox] == [["operator@example.com"]] * 4
    first = mail.outbox[0]
    assert "relay" in first.subject
    assert all(word in first.body for word in ("here", "so much", "the rule", "the remedy"))


def test_a_mail_that_does_not_go_out_is_tried_again(monkeypatch):
    failing = [finding("relay", Level.FAULT)]

    def refuse(*_words):
        raise OSError("no route")

    with monkeypatch.context() as broken:
        broken.setattr(alerts, "send_letter", refuse)
        with pytest.raises(OSError, match="no route"):
            alerts.tell(failing)
    assert alerts.tell(failing) == (["relay"], [])


def test_nobody_to_tell_is_no_fault_of_its_own(settings):
    settings.OPERATOR_MAIL = ""
    assert alerts.tell([finding("relay", Level.FAULT)]) == ([], [])
    assert mail.outbox == []


def test_the_job_mails_what_the_doctor_finds(monkeypatch):
    state = {"is_well": False}

    def look() -> Look:
        return Look("disk", "full of room") if state["is_well"] else fault("disk", "0.1 GiB", "room", "make room")

    monkeypatch.setitem(doctor.CHECKS, "disk.files", Check("disk.files", look, ()))
    for _turn in range(2):
        with pytest.raises(SystemExit):
            call_command("doctor", "--only", "disk.files", "--mail", "--json")
    state["is_well"] = True
    call_command("doctor", "--only", "disk.files", "--mail", "--json")
    assert len(mail.outbox) == 2
