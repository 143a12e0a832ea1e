"""The 73 data sets of CLIMB (Liu et al., 2025, arXiv:2505.17451) by name: `climb/*`, `climb-rarest/*`.

60 have two classes and are `climb/NAME`, labelled as CLIMB's code does: class 1 is the rarer label of the
default target. 13 have more classes, which CLIMB keeps and a binary benchmark cannot: they are
`climb-rarest/NAME`, the rarest label against all others.
"""

from __future__ import annotations

import warnings
from pathlib import Path

from imbbench import Card, Data, Dataset

from imbbench_openml import datasets
from imbbench_openml.labels import count_labels, rarest
from imbbench_openml.table import load_table

#: (id, name, rows, rows of the rarest label), by imbalance ratio. Names, ids and sizes are those of the table
#: imbens/datasets/_openml_datainfo.csv in github.com/ZhiningLiu1998/imbalanced-ensemble, commit 9267b03; less
#: the brackets around "Fairlearn", which no name of a component can have.
BINARY = (
    (45717, "bwin_amlb", 530, 176),
    (1046, "mozilla4", 15_545, 5_108),
    (1054, "mc2", 161, 52),
    (1511, "wholesale-customers", 440, 142),
    (1524, "vertebra-column", 310, 100),
    (43904, "law-school-admission-bianry", 20_800, 6_694),
    (833, "bank32nh", 8_192, 2_543),
    (846, "elevators", 16_599, 5_130),
    (735, "cpu_small", 8_192, 2_477),
    (46503, "Credit_Approval_Classification", 1_000, 300),
    (843, "house_8L", 22_784, 6_744),
    (821, "house_16H", 22_784, 6_744),
    (1489, "phoneme", 5_404, 1_586),
    (41945, "ilpd-numeric", 583, 167),
    (1490, "planning-relax", 182, 52),
    (41150, "MiniBooNE", 130_064, 36_499),
    (733, "machine_cpu", 209, 56),
    (42178, "telco-customer-churn", 7_043, 1_869),
    (43, "haberman", 306, 81),
    (994, "vehicle", 846, 218),
    (796, "cpu", 209, 53),
    (41156, "ada", 4_147, 1_029),
    (45068, "adult", 48_842, 11_687),
    (1464, "blood-transfusion-service-center", 748, 178),
    (42477, "default-of-credit-card-clients", 30_000, 6_636),
    (46362, "Customer_Churn_Classification", 175_028, 36_957),
    (1600, "SPECTF", 267, 55),
    (43439, "Medical-Appointment-No-Shows", 110_527, 22_319),
    (976, "JapaneseVowels", 9_961, 1_614),
    (43893, "ibm-employee-attrition", 1_470, 237),
    (45560, "online-shoppers-intention", 12_330, 1_908),
    (1067, "kc1", 2_109, 326),
    (1506, "thoracic-surgery", 470, 70),
    (44232, "UCI_churn", 3_333, 483),
    (949, "arsenic-female-bladder", 559, 80),
    (1049, "pc4", 1_458, 178),
    (1558, "bank-marketing", 4_521, 521),
    (43903, "Diabetes-130-Hospitals_Fairlearn", 101_766, 11_357),
    (1019, "pendigits", 10_992, 1_144),
    (1050, "pc3", 1_563, 160),
    (1021, "page-blocks-bin", 5_473, 560),
    (980, "optdigits", 5_620, 572),
    (1020, "mfeat-karhunen", 2_000, 200),
    (971, "mfeat-fourier", 2_000, 200),
    (995, "mfeat-zernike", 2_000, 200),
    (45558, "Pulsar-Dataset-HTRU2", 17_898, 1_639),
    (1016, "vowel", 990, 90),
    (1068, "pc1", 1_109, 77),
    (45562, "seismic-bumps", 2_584, 170),
    (1487, "ozone-level-8hr", 2_534, 160),
    (41946, "Sick_numeric", 3_772, 231),
    (46281, "insurance_company", 9_822, 586),
    (40983, "wilt", 4_839, 261),
    (1217, "Click_prediction_small", 149_639, 6_690),
    (977, "letter", 20_000, 813),
    (310, "mammography", 11_183, 260),
    (40713, "dis", 3_772, 58),
    (40900, "Satellite", 5_100, 75),
    (43551, "Employee-Turnover-at-TECHCO", 34_452, 494),
    (42397, "CreditCardFraudDetection", 284_807, 492),
)
#: The same, and the number of labels.
MULTICLASS = (
    (1475, "first-order-theorem-proving", 6_118, 486, 6),
    (1508, "user-knowledge", 403, 24, 5),
    (45067, "okcupid_stem", 26_677, 2_814, 3),
    (40671, "ecoli", 327, 20, 5),
    (45548, "Otto-Group-Product-Classification-Challenge", 61_878, 1_929, 9),
    (43925, "eucalyptus", 4_331, 259, 4),
    (1565, "heart-h", 294, 15, 5),
    (41671, "microaggregation2", 20_000, 743, 5),
    (41168, "jannis", 83_733, 1_687, 4),
    (1509, "walking-activity", 149_332, 911, 22),
    (41169, "helena", 65_196, 111, 100),
    (30, "page-blocks", 5_473, 28, 5),
    (40707, "allbp", 3_772, 14, 3),
)


def _dataset(number: int, name: str, n: int, positives: int, labels: int = 2) -> Dataset:
    suite = "climb" if labels == 2 else "climb-rarest"

    def load() -> Data:
        table = load_table(number)
        counts = count_labels(table.labels, table.where)
        one = rarest(counts, table.where)
        found = (len(table.labels), counts[one], len(counts))
        if found != (n, positives, labels):
            stated = f"CLIMB's table says {n:,}, {positives:,} and {labels}"
            text = f"{table.where}: {found[0]:,} rows, {found[1]:,} of class 1, {found[2]} labels; {stated}"
            warnings.warn(text, UserWarning, stacklevel=2)
        return datasets.to_data(table, one)

    def files() -> list[Path]:
        return datasets.files(id=number)

    classes = "class 1 is the rarer label of its default target"
    if labels > 2:
        classes = f"class 1 is the rarest of {labels} labels, class 0 the others; CLIMB keeps all {labels}"
    load.__doc__ = f"OpenML's data set {number}, {name}, of the CLIMB benchmark; {classes}."
    card = Card(
        what=f"A row of {name}; {classes}.",
        source=f"OpenML data set {number}, https://www.openml.org/d/{number}, chosen by CLIMB",
        licence=f"as stated at https://www.openml.org/d/{number}",
        citation="Liu, Li, Yang, Wei, Kang, Zhu, Hamann, He and Tong (2025), CLIMB: Class-imbalanced "
        "Learning Benchmark on Tabular Data, arXiv:2505.17451",
        rows=n,
        prevalence=positives / n,
    )
    requires = datasets.REQUIRES
    return Dataset(f"{suite}/{name}", load, card, files=files, requires=requires, in_all=False)


DATASETS = tuple(_dataset(*facts) for facts in (*BINARY, *MULTICLASS))
