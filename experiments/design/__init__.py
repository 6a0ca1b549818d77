"""What a study is: its file, factors, designs and points."""
