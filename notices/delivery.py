"""One mail over the wire: sent, or an error that says whether trying again is safe. Knows nothing of the outbox."""

import contextlib
import smtplib
from email.utils import formataddr

from django.core import mail
from django.core.mail import EmailMessage

from notices.addresses import sender_address
from notices.errors import DeliveryError, RefusedMailError, TryLaterError, UnclearMailError
from notices.models import Notice


def deliver(notice: Notice) -> None:
    """Send it. Raises TryLaterError, RefusedMailError or UnclearMailError; all else went well."""
    connection = mail.get_connection()
    message = message_of(notice)
    message.connection = connection
    try:
        connection.open()
        connection.send_messages([message])
    except smtplib.SMTPException as error:
        raise _meaning(error, text_begun=_text_begun(connection)) from error
    except OSError as error:
        raise (UnclearMailError() if _text_begun(connection) else TryLaterError()) from error
    finally:
        # The farewell is not the mail: a server that hangs up after taking it has taken it.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.close()


def message_of(notice: Notice) -> EmailMessage:
    """Return the mail: from the municipality's own address, with a block that says who sends it."""
    town = notice.municipality
    return EmailMessage(
        subject=notice.subject,
        body=f"{notice.body.rstrip()}\n\n-- \n{town.sender_name or town.name}\n",
        from_email=formataddr((town.sender_name or town.name, sender_address(town))),
        to=[notice.to],
        reply_to=[notice.reply_to] if notice.reply_to else None,
        headers={"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"},
    )


def _text_begun(connection: object) -> bool:
    return bool(getattr(connection, "text_begun", False))


def _meaning(error: smtplib.SMTPException, *, text_begun: bool) -> DeliveryError:
    """Return what the failure means. An answer, also to the text itself, is clear; a line gone dead is not."""
    code = _code(error)
    if code == 0:
        return UnclearMailError() if text_begun else TryLaterError()
    return TryLaterError(code) if code < 500 else RefusedMailError(code)


def _code(error: smtplib.SMTPException) -> int:
    """Return the server's answer, 0 when there was none. Each mail has one recipient, so the first is all."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return int(next(iter(error.recipients.values()))[0])
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
    # smtplib uses codes below 200 (and -1) for answers it could not read.
    return int(code) if code >= 400 else 0
