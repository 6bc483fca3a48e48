"""The plans: which deployment calls which. `film.produce` reads top to bottom; `build.build` binds
it for Ray.
"""
