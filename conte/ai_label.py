"""The visible label that Korea's AI Basic Act requires since 22 January 2026."""

from collections.abc import Mapping

from conte.vocabulary import Language

AI_LABEL: Mapping[Language, str] = {"ko": "AI로 생성됨", "en": "AI-generated"}
