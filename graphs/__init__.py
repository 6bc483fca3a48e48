"""The plans: who feeds whom. `film.produce` reads top to bottom; `build.build` binds it for Ray."""
