#!/usr/bin/env python3
"""Makes the golden file qr_golden.json beside this script.

    python3 make_qr_fixtures.py

Made with qrcode 8.2, Python 3.11: its own matrices for each of versions 1 to 6 and each mask, with correction M, of bytes, and
its own penalty of each. Rows are strings of 0 and 1. Read by Tests/ReportsTests/QRCodeTests.swift.
"""

import json
import pathlib

import qrcode
from qrcode import constants, util

HERE = pathlib.Path(__file__).parent
TEXTS = {
    1: "http://a.b/",
    2: "http://127.0.0.1:8642/",
    3: "http://192.168.1.7:8642/some-secret/",
    4: "http://10.0.0.200:65535/0123456789abcdef0123456789abcdef/",
    5: "http://example.org/" + "5" * 60,
    6: "http://192.168.100.200:65535/" + "Zz-9" * 16 + "/",
}


def code(text, mask):
    made = qrcode.QRCode(error_correction=constants.ERROR_CORRECT_M, border=0, mask_pattern=mask)
    made.add_data(util.QRData(text.encode(), mode=util.MODE_8BIT_BYTE))
    made.make(fit=True)
    return made


cases = []
for version, text in TEXTS.items():
    for mask in range(8):
        made = code(text, mask)
        assert made.version == version, (made.version, text)
        rows = ["".join("1" if module else "0" for module in row) for row in made.modules]
        cases.append({"text": text, "mask": mask, "penalty": util.lost_point(made.modules), "rows": rows})
(HERE / "qr_golden.json").write_text(json.dumps(cases, indent=0) + "\n")
