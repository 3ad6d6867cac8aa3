"""The routes of the REST API, below /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from inventory.api import lists
from inventory.api import views as inventory
from inventory.api.assets import AssetViewSet
from inventory.api.corrections import CorrectionViewSet, SenderViewSet
from inventory.api.sources import SourcesView
from tracker.api import views as tracker
from tracker.api.lockdown import LockdownView
from tracker.api.vouches import VouchViewSet
from tracker.api.waves import ForecastView, WaveViewSet

router = SimpleRouter(trailing_slash=False)
router.register("tenants", inventory.TenantViewSet, "tenant")
router.register("reports", inventory.ReportViewSet, "report")
router.register("senders", SenderViewSet, "sender")
router.register("corrections", CorrectionViewSet, "correction")
router.register("items", inventory.ItemViewSet, "item")
router.register("assets", AssetViewSet, "asset")
router.register("device-replies", lists.DeviceReplyViewSet, "device-reply")
router.register("cutovers", tracker.CutoverViewSet, "cutover")
router.register("waves", WaveViewSet, "wave")
router.register("waivers", tracker.WaiverViewSet, "waiver")
router.register("unused-mailboxes", VouchViewSet, "unused-mailbox")
router.register("deadlines", tracker.DeadlineViewSet, "deadline")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(router.urls)),
    path("sources", SourcesView.as_view(), name="sources"),
    path("lockdown", LockdownView.as_view(), name="lockdown"),
    path("forecast", ForecastView.as_view(), name="forecast"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    # The split view loads its script from a file of ours; the plain one needs inline scripts.
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]
