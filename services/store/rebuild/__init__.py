"""Rebuilding: all projections made anew from the log, in a schema beside the live one, which then takes its place.

    run -> schemas: make the next one by the migrations -> fill: the projector's own code from offset 0 up to where the
           live tables stand -> swap: hold the projectors off, fill the last records, reconcile the outbox, rename

Until the swap is committed nothing of the live schema is touched; what was filled stays, with its offsets, and the
next run goes on there. Tables that are not in the log (`info=KEPT` in `services.store.tables`) move over as they are.
"""
