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

    async def start(self) -> None:
        """Start scanning."""
        self.seen_devices = {}
        self.central.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await whole(self.central.start_scanning(filter_duplicates=False))

    async def stop(self) -> None:
        """Stop scanning."""
        self.central.remove_listener(  # pyright: ignore[reportUnknownMemberType] - untyped by Bumble
            Device.EVENT_ADVERTISEMENT, self._on_advertisement
        )
        await whole(self.central.stop_scanning())

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        # Bumble's controller answers each advertisement with a scan response of the same content.
        if advertisement.is_scan_response:
            return
        advert = _advert_of(advertisement)
        if not self.is_allowed_uuid(advert.service_uuids):
            return
        address = advertisement.address.to_string(with_type_qualifier=False)
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


def plain_uuid(uuid: UUID) -> str:
    """A UUID as bleak writes it: 128 bit, lower case."""
    return normalize_uuid_str(uuid.to_hex_str("-"))
