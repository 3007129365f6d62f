"""A provider that takes mail over HTTP, through django-anymail. It signs mails itself, and tells by webhook what came back."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, get_connection
from urllib3.exceptions import NewConnectionError

from digests.channels.base import BeforeDot, Outcome, Verdict, is_over

LONGEST_REASON = 400  # characters
CONFLICT, FAULT = 409, 500
ABOUT_US = {401, 402, 403, 404, 408, 420, 429, 503}  # no leave, no money, no such sender, too much: all mails would fare the same
OWN_SWITCH = {"brevo", "resend"}  # whether opens are tracked is set in their account, not for each mail
IDEMPOTENT = {"resend"}  # within 24 hours the same key gives the same answer, and no second mail
FOR_THE_PROVIDER = {"from", "to", "subject", "date", "mime-version", "content-type", "content-transfer-encoding", "return-path"}
MESSAGE_ID = "message_id"  # by which webhooks name the mail


class ProviderChannel:
    """One provider. There is no dot to hold back: the mail is handed over just before the request, so silence after that means doubt."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.memory = timedelta(hours=20) if provider in IDEMPOTENT else None
        self.backend: Any = get_connection(f"anymail.backends.{provider}.EmailBackend")

    def send(self, message: EmailMessage, before_dot: BeforeDot) -> Outcome:
        mail = _for_anymail(message, tracks=self.provider not in OWN_SWITCH)
        self.backend.open()
        if self.provider in IDEMPOTENT:
            self.backend.session.headers["Idempotency-Key"] = message["Message-ID"].strip("<>")
        if is_over(before_dot()):
            return Outcome(Verdict.STOPPED)
        try:
            self.backend.send_messages([mail])
        except AnymailRecipientsRefused as refusal:
            return Outcome(Verdict.NO_SUCH_ADDRESS, _words_of(refusal))
        except AnymailAPIError as problem:
            return _outcome_of(problem, may_repeat=self.provider in IDEMPOTENT)
        except AnymailError as problem:  # this mail cannot be said in the provider's terms: nothing was sent
            return Outcome(Verdict.REFUSED, _words_of(problem))
        return Outcome(Verdict.ACCEPTED, provider_id=str(mail.anymail_status.message_id or ""))  # type: ignore[attr-defined]

    def was_accepted(self, message_id: str) -> bool | None:
        """Say no where sending again under the same key is safe; no other can be asked, since their lists of mails lag behind."""
        return False if self.provider in IDEMPOTENT else None

    def close(self) -> None:
        self.backend.close()


def _for_anymail(message: EmailMessage, *, tracks: bool) -> EmailMultiAlternatives:
    """Say the same in the terms of Django's mails; opens and clicks are not to be tracked."""
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    mail = EmailMultiAlternatives(
        subject=str(message["Subject"]),
        body=text.get_content() if text else "",
        from_email=str(message["From"]),
        to=[str(message["To"])],
        headers={name: str(value) for name, value in message.items() if name.lower() not in FOR_THE_PROVIDER},
    )
    if html:
        mail.attach_alternative(html.get_content(), "text/html")
    mail.metadata = {MESSAGE_ID: str(message["Message-ID"])}  # type: ignore[attr-defined]
    if tracks:
        mail.track_opens = mail.track_clicks = False  # type: ignore[attr-defined]
    return mail


def _outcome_of(problem: AnymailAPIError, *, may_repeat: bool) -> Outcome:
    """Sort what went wrong: 500, and 502 and 504 from something between us and the provider, say nothing of the mail.

    409 says that a mail of this key is there already, with other words (a digest may say less by now), or is just being taken.
    """
    words, status = _words_of(problem), getattr(problem, "status_code", None)
    if status is None:
        never_left = isinstance(problem, requests.ConnectTimeout) or _is_refused(problem)
        return Outcome(Verdict.RELAY_DOWN if never_left else Verdict.IN_DOUBT, words, broke=True)
    if status in ABOUT_US:
        return Outcome(Verdict.RELAY_DOWN, words)
    if status == FAULT and may_repeat:
        return Outcome(Verdict.DEFERRED, words)
    if status == CONFLICT:
        return Outcome(Verdict.ACCEPTED if "invalid_idempotent_request" in words else Verdict.DEFERRED, words)
    return Outcome(Verdict.REFUSED if 400 <= status < 500 else Verdict.IN_DOUBT, words)


def _is_refused(problem: BaseException | None) -> bool:
    """Whether no connection came about at all, as the innermost of the exceptions says."""
    while problem is not None:
        reasons = [problem, *(getattr(one, "reason", None) for one in problem.args)]
        if any(isinstance(one, NewConnectionError) for one in reasons):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def _words_of(problem: Exception) -> str:
    return " ".join(str(problem).split())[:LONGEST_REASON]
