from imbbench.testing import parametrize_components

test_component = parametrize_components(
    "imbbench_losses",
    specs=[
        "focal",
        "focal[alpha=none]",
        "class-balanced",
        "class-balanced[beta=0]",
        "class-balanced[gamma=0.5]",
    ],
)
