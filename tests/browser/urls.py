"""The site with its style guide, which otherwise needs DEBUG."""

from django.urls import path

from config.urls import urlpatterns as site
from papers.views.styleguide import styleguide

urlpatterns = [path("styleguide/", styleguide, name="styleguide"), *site]
