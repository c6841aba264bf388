"""Practice platforms that speak real platforms' APIs on loopback. Knows no other room of the project, and no Django."""
