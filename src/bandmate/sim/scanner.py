"""bleak's scanner on the virtual radio."""

from typing import ClassVar

from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bleak.uuids import normalize_uuid_str
from bumble.core import UUID, AdvertisingData
from bumble.device import Advertisement, Device

from bandmate.sim.whole import whole

_SERVICE_LISTS = (
    AdvertisingData.Type.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)


class VirtualScanner(BaseBleakScanner):
    """Hears what `central` hears. `VirtualRadio` makes the subclass that knows its central."""

    central: ClassVar[Device]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        *_platform: object,
        **_settings: object,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._heard: dict[str, AdvertisementData] = {}

    async def start(self) -> None:
        """Start scanning."""
        self.seen_devices = {}
        self._heard = {}
        self.central.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await whole(self.central.start_scanning(filter_duplicates=False))

    async def stop(self) -> None:
        """Stop scanning."""
        self.central.remove_listener(  # pyright: ignore[reportUnknownMemberType] - untyped by Bumble
            Device.EVENT_ADVERTISEMENT, self._on_advertisement
        )
        await whole(self.central.stop_scanning())

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        # Bumble's controller makes up a scan response of the same content; the true one, where
        # there is one, comes like a further advertisement.
        if advertisement.is_scan_response:
            return
        address = advertisement.address.to_string(with_type_qualifier=False)
        advert = _merged(self._heard.get(address), _advert_of(advertisement))
        self._heard[address] = advert
        if not self.is_allowed_uuid(advert.service_uuids):
            return
        device = self.create_or_update_device(
            address, address, advert.local_name, advertisement.address, advert
        )
        self.call_detection_callbacks(device, advert)


def _advert_of(advertisement: Advertisement) -> AdvertisementData:
    data = advertisement.data
    return AdvertisementData(
        local_name=data.get(AdvertisingData.Type.COMPLETE_LOCAL_NAME),
        manufacturer_data=dict(data.get_all(AdvertisingData.Type.MANUFACTURER_SPECIFIC_DATA)),
        service_data={},
        service_uuids=[
            plain_uuid(uuid)
            for kind in _SERVICE_LISTS
            for uuids in data.get_all(kind)
            for uuid in uuids
        ],
        tx_power=None,
        rssi=advertisement.rssi,
        platform_data=(advertisement,),
    )


def _merged(before: AdvertisementData | None, now: AdvertisementData) -> AdvertisementData:
    """All that was heard of a device, the newest of each: systems put it together like this."""
    if before is None:
        return now
    return now._replace(
        local_name=now.local_name or before.local_name,
        manufacturer_data=before.manufacturer_data | now.manufacturer_data,
        service_uuids=sorted({*before.service_uuids, *now.service_uuids}),
    )


def plain_uuid(uuid: UUID) -> str:
    """A UUID as bleak writes it: 128 bit, lower case."""
    return normalize_uuid_str(uuid.to_hex_str("-"))
