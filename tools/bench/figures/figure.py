"""One line of the table."""

import dataclasses


@dataclasses.dataclass
class Figure:
    name: str
    unit: str
    measured: float
    must: float
    aim: float
    #: The bare handler's value under the same load, where there is one.
    bare: float | None = None
    #: What was measured on the way, for the JSON file.
    detail: dict = dataclasses.field(default_factory=dict)
    higher_is_better: bool = False

    def reaches(self, bound):
        return self.measured >= bound if self.higher_is_better else self.measured <= bound

    def verdict(self):
        if self.reaches(self.aim):
            return "aim"
        return "must" if self.reaches(self.must) else "MISSED"

    def as_json(self):
        return {**dataclasses.asdict(self), "verdict": self.verdict()}
