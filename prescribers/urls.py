app_name = "prescribers"
urlpatterns: list = []
