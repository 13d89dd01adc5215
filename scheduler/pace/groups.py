"""The hospital, its specialties and its doctors as one array of groups, each drawn towards the one above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduler.scenario.pace import PaceScope

if TYPE_CHECKING:
    from scheduler.pace.records import Floats, Ints
    from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Groups:
    """Group 0 is the hospital, then come the specialties, then the doctors.

    `specialty_of` is the place of each doctor's specialty.
    """

    specialties: tuple[str, ...]
    doctors: tuple[str, ...]
    specialty_of: Ints

    @classmethod
    def of(cls, scenario: Scenario) -> Groups:
        """Return the groups of a scenario, in the order of its sorted keys."""
        import numpy as np

        places = {specialty: n for n, specialty in enumerate(scenario.specialties)}
        own = [places[doctor.specialty] for doctor in scenario.doctor_of.values()]
        return cls(scenario.specialties, tuple(scenario.doctor_of), np.array(own, dtype=np.int64))

    def __len__(self) -> int:
        return 1 + len(self.specialties) + len(self.doctors)

    @property
    def first_doctor(self) -> int:
        """The place of the first doctor."""
        return 1 + len(self.specialties)

    def name(self, group: int) -> tuple[PaceScope, str]:
        """Return scope and key of a group."""
        if group == 0:
            return PaceScope.HOSPITAL, ""
        if group < self.first_doctor:
            return PaceScope.SPECIALTY, self.specialties[group - 1]
        return PaceScope.DOCTOR, self.doctors[group - self.first_doctor]

    def sums(self, doctor: Ints, values: Any = None) -> Floats:
        """Return the sum of values (none: their number) by group; `doctor` is the doctor's place of each."""
        import numpy as np

        own = np.bincount(doctor, values, len(self.doctors)).astype(float)
        specialty = np.bincount(self.specialty_of, own, len(self.specialties))
        return np.concatenate([[own.sum()], specialty, own])

    def above(self, values: Floats) -> Floats:
        """Return for each group the value of the one above it; the hospital's is its own."""
        import numpy as np

        hospital = np.full(len(self.specialties), values[0])
        return np.concatenate([values[:1], hospital, values[1 : self.first_doctor][self.specialty_of]])

    def drawn(self, total: Floats, count: Floats, weight: float, default: float) -> Floats:
        """Return total / count of every group, with that of the group above counted in `weight` times.

        The hospital's is `default` where there is nothing.
        """
        import numpy as np

        mean = np.full(len(self), total[0] / count[0] if count[0] > 0 else default)
        for _ in range(2):
            # Once for the specialties, once more for doctors by what their specialties became.
            mean[1:] = ((total + weight * self.above(mean)) / (count + weight))[1:]
        return mean
