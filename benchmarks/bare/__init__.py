"""The bare view that the REST API's first page is measured against."""
