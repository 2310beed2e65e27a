"""Device profiles: schema and loader, table-driven decoder and encoder, matching."""
