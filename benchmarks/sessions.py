"""Visitors without a browser: they use Streamlit's WebSocket protocol, so that many fit into one process."""

import asyncio
import json
import time
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_PATIENCE = 60  # seconds without a message from the server
_PROTOCOL = Subprotocol("streamlit")


class Visitor:
    """One session of the app. Like Streamlit's own page it remembers large messages and reports which ones it has."""

    def __init__(self, address: str, socket: ClientConnection) -> None:
        self._address = address
        self._socket = socket
        self._session = ""
        self._page = self._page_hash = ""
        self._known: set[str] = set()
        self._widgets: dict[str, str] = {}
        self._states: dict[str, WidgetState] = {}
        self._followers: tuple[str, str] | None = None  # the fragment that answers to a held thumb, its element
        self._answered: float | None = None

    async def open(self, page: str = "") -> float:
        """Go to a page, by its name in the address: seconds until its script has finished."""
        self._page = page
        self._widgets, self._states, self._followers, self._answered = {}, {}, None, None
        return await self._run()

    async def set_number(self, label: str, value: float) -> float:
        """Type a number into the field whose label begins so: seconds from sending it to the end of the script."""
        widget = self._widget(label)
        self._states[widget] = WidgetState(id=widget, double_value=value)
        return await self._run()

    async def hold(self, kind: str, amount: float, charts: Sequence[str]) -> float:
        """Hold the thumb at an amount: seconds from asking for these charts to the end of the answer."""
        if self._followers is None:
            raise RuntimeError(f"Nothing on the page {self._page!r} follows a thumb.")
        fragment, element = self._followers
        events = [{"event": "dragged", "value": {"kind": kind, "amount": amount, "charts": list(charts)}}]
        trigger = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{element}__events", json_trigger_value=json.dumps(events))
        duration = await self._run(trigger, fragment=fragment)
        if self._answered != amount:
            raise RuntimeError(f"The charts did not follow to {amount}: the last answer is for {self._answered}.")
        return duration

    async def upload(self, label: str, name: str, data: bytes) -> float:
        """Upload a file in the field with this label: seconds from announcing it to the end of the script."""
        widget = self._widget(label)
        addresses = await self._file_addresses(name)
        await asyncio.to_thread(self._put, addresses.upload_url, name, data)
        state = WidgetState(id=widget)
        file = UploadedFileInfo(name=name, size=len(data), file_id=addresses.file_id, file_urls=addresses)
        state.file_uploader_state_value.uploaded_file_info.append(file)
        self._states[widget] = state
        duration = await self._run()
        if self._widget(label) == widget:
            raise RuntimeError(f"The page {self._page!r} did not take {name}: an empty field should be in its place.")
        del self._states[widget]
        return duration

    def _widget(self, label: str) -> str:
        return next(widget for name, widget in self._widgets.items() if name.startswith(label))

    async def _run(self, *triggers: WidgetState, fragment: str = "") -> float:
        message = BackMsg()
        if fragment:
            message.rerun_script.fragment_id = fragment
            message.rerun_script.page_script_hash = self._page_hash
        else:
            message.rerun_script.page_name = self._page
        message.rerun_script.widget_states.widgets.extend([*self._states.values(), *triggers])
        message.rerun_script.cached_message_hashes.extend(self._known)
        start = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        while True:
            received = await self._receive()
            if received.WhichOneof("type") != "script_finished":
                continue
            if received.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
            ):
                return time.perf_counter() - start
            # A script that asks for another run sends this first.
            if received.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                raise RuntimeError(f"The page {self._page!r} ended with {received.script_finished}.")

    async def _receive(self) -> ForwardMsg:
        async with asyncio.timeout(_PATIENCE):
            message = ForwardMsg.FromString(await self._socket.recv(decode=False))
        if message.metadata.cacheable:
            self._known.add(message.hash)
        if message.HasField("new_session"):
            self._session = message.new_session.initialize.session_id
        if message.HasField("navigation"):
            self._page_hash = message.navigation.page_script_hash
        if message.HasField("page_not_found"):
            raise RuntimeError(f"There is no page {self._page!r}.")
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(f"The page {self._page!r} failed: {element.exception.message}")
        if kind == "alert" and element.alert.format == Alert.ERROR:
            raise RuntimeError(f"The page {self._page!r} refused: {element.alert.body}")
        if kind in ("number_input", "file_uploader"):
            widget = getattr(element, kind)
            self._widgets[widget.label] = widget.id
        if kind == "bidi_component" and element.bidi_component.component_name == "vizcore_follow":
            self._followers = (message.delta.fragment_id, element.bidi_component.id)
            self._answered = json.loads(element.bidi_component.json)["amount"]
        return message

    async def _file_addresses(self, name: str) -> FileURLs:
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self._session
        await self._socket.send(message.SerializeToString())
        while True:
            received = await self._receive()
            if received.WhichOneof("type") == "file_urls_response":
                return received.file_urls_response.file_urls[0]

    def _put(self, path: str, name: str, data: bytes) -> None:
        boundary = "visitor"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        head += "Content-Type: image/jpeg\r\n\r\n"
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", **self._proof()}
        request = urllib.request.Request(f"{self._address}{path}", data=body, headers=headers, method="PUT")
        with urllib.request.urlopen(request, timeout=_PATIENCE):
            pass

    def _proof(self) -> Mapping[str, str]:
        """The token against forged requests, in its cookie and in its header."""
        with urllib.request.urlopen(f"{self._address}/_stcore/health", timeout=_PATIENCE) as response:
            cookie = response.headers["Set-Cookie"].partition(";")[0]
        return {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2].strip('"')}


@asynccontextmanager
async def visitor(address: str) -> AsyncIterator[Visitor]:
    """A visitor who opens a session of the app and leaves at the end."""
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(stream, subprotocols=[_PROTOCOL], max_size=None, compression=None) as socket:
        yield Visitor(address, socket)
