app_name = "pharmacies"
urlpatterns: list = []
