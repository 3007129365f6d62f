"""Reports as other mail systems write them."""

from email.message import EmailMessage

from digests.mails import mail_of
from digests.models import Delivery
from digests.signing import bounce_token

GONE, FULL, POLICY = "5.1.1", "5.2.2", "5.7.1"
FRAME = """\
From: {sender}
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="=_1"

--=_1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you of this.

--=_1
Content-Type: message/{kind}

{fields}
{returned}--=_1--
"""


def address_of(mail: Delivery, domain: str = "lectern.example") -> str:
    """The address to which a mail comes back."""
    return f"bounces+{bounce_token(mail.pk)}@{domain}"


def returned_mail(mail: Delivery) -> EmailMessage:
    return mail_of(mail)


def bounce(
    mail: Delivery, status: str = GONE, *, to: str = "", action: str = "failed", recipient: str = "", returned: EmailMessage | None = None
) -> bytes:
    """A delivery status notification, as Postfix writes it.

    Args:
        to: where it is sent; default: where the mail comes back to.
        recipient: whom it names; default: the mail's.
        returned: the mail whose headers it holds; default: none.
    """
    lines = [
        "Reporting-MTA: dns; mx.lab.example",
        "",
        f"Final-Recipient: rfc822; {recipient or mail.address}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; 550 {status} <{mail.address}>: no such user here",
    ]
    return _frame(lines, "delivery-status", "MAILER-DAEMON@mx.lab.example (Mail Delivery System)", to or address_of(mail), returned)


def complaint(mail: Delivery, kind: str = "abuse", *, envelope: str | None = None, returned: EmailMessage | None = None) -> bytes:
    """A feedback report, as large mail providers write it."""
    lines = [
        f"Feedback-Type: {kind}",
        "User-Agent: Provider/1",
        "Version: 1",
        f"Original-Rcpt-To: <{mail.address}>",
        f"Original-Mail-From: <{address_of(mail) if envelope is None else envelope}>",
    ]
    return _frame(lines, "feedback-report", "fbl@provider.example", "lectern@lectern.example", returned)


def _frame(lines: list[str], kind: str, sender: str, to: str, returned: EmailMessage | None) -> bytes:
    headers = "".join(f"{name}: {value}\n" for name, value in returned.items()) if returned is not None else ""
    part = f"--=_1\nContent-Type: text/rfc822-headers\n\n{headers}\n" if headers else ""
    fields = "".join(f"{line}\n" for line in lines)
    text = FRAME.format(sender=sender, to=to, kind=kind, fields=fields, returned=part)
    return text.replace("\n", "\r\n").encode()
