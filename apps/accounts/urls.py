from django.urls import path

from . import identity_views as identity
from . import views
from .pages import page

app_name = "accounts"
urlpatterns = [
    path("sign-in/", identity.SignInView.as_view(), name="sign-in"),
    path("sign-out/", identity.sign_out, name="sign-out"),
    path("password/", page()(identity.ChangePasswordView.as_view()), name="password"),
    path("password/reset/", identity.ResetView.as_view(), name="reset-password"),
    path("password/reset/sent/", identity.reset_sent, name="reset-sent"),
    path("password/reset/<str:uidb36>/<str:key>/", identity.NewPasswordView.as_view(), name="reset-password-key"),
    path("sessions/", identity.sessions, name="sessions"),
    path("switch/", views.switch, name="switch"),
    path("settings/", views.settings, name="settings"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="revoke-token"),
    path("people/", views.people, name="people"),
]
