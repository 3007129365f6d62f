"""Second factors: their secrets sealed, their codes good for one use."""

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from accounts.sealing import seal, unseal

PURPOSE = "second factor"


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=PURPOSE)

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)
