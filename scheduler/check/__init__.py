"""The independent checker: recomputes every rule from scenario and plan, and knows nothing of the engine."""
