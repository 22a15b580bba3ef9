"""What the official SDK makes of an operation: its own verdict, and the request that it would have sent."""

import importlib.metadata
import io
import json

import requests
from piopiy import PiopiyNetworkError, PiopiyValidationError, RestClient
from requests.adapters import BaseAdapter

VERSION = "1.2.2"


class Kept(BaseAdapter):
    """In place of the network: keeps each request as `requests` made it, and answers that it was taken."""

    def __init__(self):
        super().__init__()
        self.request = None

    def send(self, request, **options):
        self.request = request
        answer = requests.Response()
        answer.status_code = 200
        answer.raw = io.BytesIO(b"{}")
        answer.request = request
        return answer

    def close(self):
        pass


class OfficialSDK:
    def __init__(self):
        installed = importlib.metadata.version("piopiy")
        if installed != VERSION:
            raise SystemExit("piopiy %s is needed here; this Python has %s" % (VERSION, installed))
        self.client = RestClient("token")
        self.kept = Kept()
        session = self.client._http._session
        session.mount("https://", self.kept)
        session.mount("http://", self.kept)

    def judge(self, op, args):
        """`invalid`; `unsendable` when its checks let pass what no JSON can hold; or method, address and body."""
        resource, method = op.split(".")
        self.kept.request = None
        try:
            getattr(getattr(self.client, resource), method)(**args)
        except PiopiyValidationError as error:
            return {"verdict": "invalid", "why": str(error)}
        except TypeError as error:
            # A keyword argument that is missing or not known.
            return {"verdict": "invalid", "why": str(error)}
        except PiopiyNetworkError as error:
            if isinstance(error.original_exception, requests.exceptions.InvalidJSONError):
                return {"verdict": "unsendable", "why": str(error.original_exception)}
            raise
        request = self.kept.request
        return {
            "verdict": "valid",
            "method": request.method,
            "url": request.url,
            "body": json.loads(request.body),
        }
