from django.urls import path

from . import away_views, join_views, people_views, tablet_views, views
from . import identity_views as identity
from .pages import page

app_name = "accounts"
urlpatterns = [
    path("sign-in/", identity.SignInView.as_view(), name="sign-in"),
    path("sign-out/", identity.sign_out, name="sign-out"),
    path("password/", page()(identity.ChangePasswordView.as_view()), name="password"),
    path("password/reset/", identity.ResetView.as_view(), name="reset-password"),
    path("password/reset/sent/", identity.reset_sent, name="reset-sent"),
    path("password/reset/<str:uidb36>/<str:key>/", identity.NewPasswordView.as_view(), name="reset-password-key"),
    path("address/", page()(identity.ChangeAddressView.as_view()), name="address"),
    path("address/<str:token>/", identity.confirm_address, name="confirm-address"),
    path("sessions/", identity.sessions, name="sessions"),
    path("switch/", views.switch, name="switch"),
    path("settings/", views.settings, name="settings"),
    path("away/", views.away, name="away"),
    path("away/<int:pk>/end/", views.end_stand_in, name="end-stand-in"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="revoke-token"),
    path("people/", people_views.people, name="people"),
    path("people/<int:pk>/", people_views.person, name="person"),
    path("people/<int:pk>/away/", away_views.away_of, name="person-away"),
    path("people/<int:pk>/away/<int:stand_in_pk>/end/", away_views.end_of, name="end-person-away"),
    path("people/<int:pk>/lock/", people_views.lock, name="lock-person"),
    path("people/<int:pk>/unlock/", people_views.unlock, name="unlock-person"),
    path("people/<int:pk>/end/", people_views.end, name="end-person"),
    path("people/invitations/", people_views.invited, name="invitations"),
    path("people/invitations/<int:pk>/resend/", people_views.resend, name="resend-invitation"),
    path("people/invitations/<int:pk>/revoke/", people_views.revoke, name="revoke-invitation"),
    path("tablets/", tablet_views.tablets, name="tablets"),
    path("tablets/<int:pk>/end/", tablet_views.revoke_tablet, name="revoke-tablet"),
    path("tablet/", tablet_views.tablet, name="tablet"),
    path("code/", tablet_views.code, name="code"),
    path("join/<str:token>/", join_views.join, name="join"),
]
